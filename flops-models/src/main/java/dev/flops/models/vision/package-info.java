/** Vision networks: transformers, residual and plain convolutional networks, perceptrons, and presets of them. */
package dev.flops.models.vision;
