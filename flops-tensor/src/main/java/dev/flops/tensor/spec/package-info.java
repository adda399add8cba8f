/**
 * Values that say what to compute and how: the geometry of a window, the width of the vectors. Below the tensors and
 * the kernels, so that both may speak of them.
 */
package dev.flops.tensor.spec;
