/**
 * Vision networks: transformers, convolutional networks and perceptrons.
 */
package dev.flops.models.vision;
