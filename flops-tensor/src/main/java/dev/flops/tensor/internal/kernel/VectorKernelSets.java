package dev.flops.tensor.internal.kernel;

import jdk.incubator.vector.FloatVector;

/** The sets of vector kernels. Links only where the vector module is present: ask {@link KernelProvider} first. */
final class VectorKernelSets {
    private VectorKernelSets() {}

    /** Bits of the vectors that the machine handles best. */
    static int preferredBits() {
        return FloatVector.SPECIES_PREFERRED.vectorBitSize();
    }

    /** The kernels for vectors of 512, 256 or 128 bits. */
    static Kernels ofBits(int bits) {
        return switch (bits) {
            case 512 -> wide();
            case 256 -> medium();
            case 128 -> narrow();
            default -> throw new IllegalArgumentException("bits = " + bits + ", expected 512, 256 or 128");
        };
    }

    private static Kernels wide() {
        NoiseKernels noise = new Vector512NoiseKernels();
        RowKernels row = new Vector512RowKernels();
        Vector512MatrixKernels matrix = new Vector512MatrixKernels(noise);
        return new Kernels(
                "512",
                matrix,
                new Vector512AttentionKernels(matrix, row),
                new Vector512ConvolutionKernels(),
                new Vector512WindowKernels(),
                new Vector512ElementwiseKernels(),
                row,
                noise);
    }

    private static Kernels medium() {
        NoiseKernels noise = new Vector256NoiseKernels();
        RowKernels row = new Vector256RowKernels();
        Vector256MatrixKernels matrix = new Vector256MatrixKernels(noise);
        return new Kernels(
                "256",
                matrix,
                new Vector256AttentionKernels(matrix, row),
                new Vector256ConvolutionKernels(),
                new Vector256WindowKernels(),
                new Vector256ElementwiseKernels(),
                row,
                noise);
    }

    private static Kernels narrow() {
        NoiseKernels noise = new Vector128NoiseKernels();
        RowKernels row = new Vector128RowKernels();
        Vector128MatrixKernels matrix = new Vector128MatrixKernels(noise);
        return new Kernels(
                "128",
                matrix,
                new Vector128AttentionKernels(matrix, row),
                new Vector128ConvolutionKernels(),
                new Vector128WindowKernels(),
                new Vector128ElementwiseKernels(),
                row,
                noise);
    }
}
