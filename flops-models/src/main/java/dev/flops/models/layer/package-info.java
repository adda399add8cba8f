/**
 * Layers: dense, convolution, attention, normalisation and adapters.
 */
package dev.flops.models.layer;
