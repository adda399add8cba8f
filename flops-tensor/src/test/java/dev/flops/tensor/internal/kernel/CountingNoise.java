package dev.flops.tensor.internal.kernel;

import dev.flops.api.Distribution;

/** Noise that any test can recompute: a function of the element index alone. */
final class CountingNoise implements NoiseKernels {
    /** ε(e), different for neighbouring elements and not a dyadic number. */
    static float element(long e) {
        return (e * 37 % 101 - 50) / 29f;
    }

    @Override
    public void fill(Distribution distribution, long key, int counter1, long first, int n, float[] out, int outOffset) {
        for (int i = 0; i < n; i++) {
            out[outOffset + i] = element(first + i);
        }
    }

    @Override
    public void addScaled(
            Distribution distribution,
            long key,
            int counter1,
            long first,
            int n,
            float sigma,
            float[] x,
            int xOffset,
            float[] out,
            int outOffset) {
        for (int i = 0; i < n; i++) {
            out[outOffset + i] = Math.fma(sigma, element(first + i), x[xOffset + i]);
        }
    }
}
