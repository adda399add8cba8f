/**
 * The training step and loop: allocate, estimate, update.
 */
package dev.flops.alloc.train;
