/**
 * Kernels without checks, scalar and SIMD, and the choice between them. Not exported.
 */
package dev.flops.tensor.internal.kernel;
