/**
 * Contiguous float tensors, their shapes and the checked operations on them.
 */
package dev.flops.tensor;
