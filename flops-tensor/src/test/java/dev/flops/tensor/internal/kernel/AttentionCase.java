package dev.flops.tensor.internal.kernel;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * One call of attention.
 *
 * @param samples sequences
 * @param tokens length of each
 * @param heads heads
 * @param headDim width of a head
 * @param offset where the arrays begin
 * @param specials whether inputs hold infinities, NaN and −0
 * @param seed of the inputs
 */
record AttentionCase(int samples, int tokens, int heads, int headDim, int offset, boolean specials, long seed) {
    private static final float[] SPECIALS = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, -0f};

    float[] qkv() {
        SplittableRandom random = new SplittableRandom(seed);
        float[] x = new float[offset + samples * tokens * 3 * heads * headDim];
        for (int i = 0; i < x.length; i++) {
            x[i] = specials && random.nextInt(200) == 0
                    ? SPECIALS[random.nextInt(SPECIALS.length)]
                    : (float) (random.nextDouble() * 4 - 2);
        }
        return x;
    }

    /** The whole output array, the elements around the output included. */
    float[] run(AttentionKernels kernels) {
        float[] out = new float[offset + samples * tokens * heads * headDim + 3];
        Arrays.fill(out, 0.5f);
        float[] scratch = MatrixCase.poisoned(kernels.scratchLength(tokens, headDim));
        kernels.attention(samples, tokens, heads, headDim, qkv(), offset, out, offset, scratch);
        return out;
    }

    int[] bits(AttentionKernels kernels) {
        return MatrixCase.bits(run(kernels));
    }
}
