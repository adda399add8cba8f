package dev.flops.tensor.internal.kernel;

import dev.flops.tensor.spec.SimdWidth;

/**
 * Chooses a set of kernels. Vector classes are named by {@link VectorKernelSets} alone, which is reached only when the
 * vector module is present, so that nothing here fails to link without it.
 */
public final class KernelProvider {
    private static final String VECTOR_MODULE = "jdk.incubator.vector";

    private KernelProvider() {}

    /**
     * The kernels of a width; AUTO takes the widest that the machine prefers, or scalar where there are no vectors.
     *
     * @param width the wish
     * @return a new set of kernels, whose name says what was chosen
     * @throws IllegalArgumentException if an explicit width is not available; the message says why and what is
     */
    public static Kernels kernels(SimdWidth width) {
        return switch (width) {
            case SCALAR -> scalar();
            case AUTO -> isVectorModulePresent() ? widest(VectorKernelSets.preferredBits()) : scalar();
            case W512, W256, W128 -> explicit(width);
        };
    }

    /**
     * Whether this JVM was started with the vector module.
     *
     * @return whether vector kernels can run at all
     */
    public static boolean isVectorModulePresent() {
        return ModuleLayer.boot().findModule(VECTOR_MODULE).isPresent();
    }

    private static Kernels explicit(SimdWidth width) {
        if (!isVectorModulePresent()) {
            throw new IllegalArgumentException("simd = " + width + ", expected auto or scalar in a JVM without module "
                    + VECTOR_MODULE + "; start it with --add-modules " + VECTOR_MODULE);
        }
        int preferred = VectorKernelSets.preferredBits();
        int bits = bits(width);
        if (bits > preferred) {
            throw new IllegalArgumentException(
                    "simd = " + width + ", expected at most " + preferred + ", the bits of a vector on this machine");
        }
        return VectorKernelSets.ofBits(bits);
    }

    private static Kernels widest(int preferred) {
        for (SimdWidth width : new SimdWidth[] {SimdWidth.W512, SimdWidth.W256, SimdWidth.W128}) {
            if (bits(width) <= preferred) {
                return VectorKernelSets.ofBits(bits(width));
            }
        }
        return scalar();
    }

    private static int bits(SimdWidth width) {
        return switch (width) {
            case W512 -> 512;
            case W256 -> 256;
            case W128 -> 128;
            case AUTO, SCALAR -> throw new IllegalArgumentException("width = " + width + ", expected a vector width");
        };
    }

    private static Kernels scalar() {
        NoiseKernels noise = new ScalarNoiseKernels();
        RowKernels row = new ScalarRowKernels();
        MatrixKernels matrix = new ScalarMatrixKernels(noise);
        WindowKernels window = new PortableWindowKernels();
        return new Kernels(
                "scalar",
                matrix,
                new ScalarAttentionKernels(row),
                new ScalarConvolutionKernels(window, matrix),
                window,
                new ScalarElementwiseKernels(),
                row,
                noise);
    }
}
