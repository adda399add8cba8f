/**
 * Values that say what to compute and how: the geometry of a window, the width of the vectors, the
 * function after a product. Below the tensors and
 * the kernels, so that both may speak of them.
 */
package dev.flops.tensor.spec;
