package dev.flops.tensor.internal.kernel;

/**
 * One complete set of kernels.
 *
 * @param name what a report calls it: "scalar" or the vector width in bits
 * @param matrix matrix products
 * @param attention attention
 * @param convolution convolution
 * @param window patches and pooling
 * @param elementwise elementwise maps
 * @param row reductions along rows
 * @param noise noise from keys
 */
public record Kernels(
        String name,
        MatrixKernels matrix,
        AttentionKernels attention,
        ConvolutionKernels convolution,
        WindowKernels window,
        ElementwiseKernels elementwise,
        RowKernels row,
        NoiseKernels noise) {}
