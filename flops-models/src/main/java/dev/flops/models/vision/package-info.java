/** Vision networks: the vision transformer and a small convolutional network. */
package dev.flops.models.vision;
