package dev.flops.tensor.internal.kernel;

import dev.flops.api.Distribution;
import dev.flops.api.RandomKey;

/** Noise, one Threefry block (two elements) at a time: the specification of the vector kernels. */
final class ScalarNoiseKernels implements NoiseKernels {
    private static final int GROUP = 32;
    private static final int HALF = GROUP / 2;

    @Override
    public void fill(Distribution distribution, long key, int counter1, long first, int n, float[] out, int outOffset) {
        // Position of the first element of the group of `first`: -31 .. 0.
        int start = -(int) (first % GROUP);
        int counter = (int) (first / GROUP * HALF);
        for (int group = start; group < n; group += GROUP) {
            for (int r = 0; r < HALF; r++) {
                int at = group + r;
                if (at + HALF < 0 || at >= n) {
                    continue;
                }
                long words = RandomKey.bits(key, counter + r, counter1);
                if (at >= 0) {
                    out[outOffset + at] = unit(distribution, words, false);
                }
                if (at + HALF < n) {
                    out[outOffset + at + HALF] = unit(distribution, words, true);
                }
            }
            counter += HALF;
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
        int start = -(int) (first % GROUP);
        int counter = (int) (first / GROUP * HALF);
        for (int group = start; group < n; group += GROUP) {
            for (int r = 0; r < HALF; r++) {
                int at = group + r;
                if (at + HALF < 0 || at >= n) {
                    continue;
                }
                long words = RandomKey.bits(key, counter + r, counter1);
                if (at >= 0) {
                    out[outOffset + at] = Math.fma(sigma, unit(distribution, words, false), x[xOffset + at]);
                }
                if (at + HALF < n) {
                    int upper = at + HALF;
                    out[outOffset + upper] = Math.fma(sigma, unit(distribution, words, true), x[xOffset + upper]);
                }
            }
            counter += HALF;
        }
    }

    /** The element of a block that belongs to the lower or the upper half of its group. */
    private static float unit(Distribution distribution, long words, boolean upper) {
        int word0 = (int) (words >>> 32);
        int word1 = (int) words;
        return switch (distribution) {
            case GAUSSIAN -> {
                float radius = FloatMath.gaussianRadius(word0);
                yield radius * (upper ? FloatMath.angleSin(word1) : FloatMath.angleCos(word1));
            }
            case RADEMACHER -> (upper ? word1 : word0) < 0 ? -1f : 1f;
        };
    }
}
