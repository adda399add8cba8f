/**
 * Data sets and weights: readers and writers of their file formats.
 */
package dev.flops.models.data;
