/**
 * Query allocators: how many perturbations each example of a batch gets.
 */
package dev.flops.alloc.allocate;
