package dev.flops.tensor.internal.kernel;

import dev.flops.api.Distribution;
import dev.flops.api.NoiseAddress;
import dev.flops.api.RandomKey;

/**
 * Unit noise ε(e) of a {@link NoiseAddress}, by the words of its key ({@link RandomKey#words}) and its second counter word, elements e = first .. first + n − 1 for any first ≥ 0 (multiples of 32 are
 * fastest). Check-free.
 */
public interface NoiseKernels {
    /** out = ε. */
    void fill(Distribution distribution, long key, int counter1, long first, int n, float[] out, int outOffset);

    /** out = fma(sigma, ε, x); out may be x. */
    void addScaled(
            Distribution distribution,
            long key,
            int counter1,
            long first,
            int n,
            float sigma,
            float[] x,
            int xOffset,
            float[] out,
            int outOffset);
}
