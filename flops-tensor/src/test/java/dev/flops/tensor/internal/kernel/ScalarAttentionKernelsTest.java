package dev.flops.tensor.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** The scalar attention against softmax(Q Kᵀ / √d) V written out in double precision. */
class ScalarAttentionKernelsTest {
    private static final double UNIT = 0x1p-24;

    private final ScalarAttentionKernels kernels = new ScalarAttentionKernels(new ScalarRowKernels());

    @Property(tries = 200)
    void agreesWithDoublePrecision(
            @ForAll @IntRange(min = 1, max = 3) int samples,
            @ForAll @IntRange(min = 1, max = 40) int tokens,
            @ForAll @IntRange(min = 1, max = 4) int heads,
            @ForAll @IntRange(min = 1, max = 40) int headDim,
            @ForAll @IntRange(max = 3) int offset,
            @ForAll long seed) {
        AttentionCase test = new AttentionCase(samples, tokens, heads, headDim, offset, false, seed);
        float[] actual = test.run(kernels);
        float[] qkv = test.qkv();
        int width = heads * headDim;
        for (int sample = 0; sample < samples; sample++) {
            for (int head = 0; head < heads; head++) {
                for (int i = 0; i < tokens; i++) {
                    int q = offset + sample * tokens * 3 * width + head * headDim;
                    int o = offset + (sample * tokens + i) * width + head * headDim;
                    requireRow(qkv, q, tokens, width, headDim, i, actual, o);
                }
            }
        }
        assertThat(actual[actual.length - 1]).isEqualTo(0.5f);
    }

    /**
     * With scores of error at most δ = (headDim + 2) u max|Σ qk| / √d, softmax has relative error at most about 2 δ + c u,
     * and |v| ≤ 2: |out − exact| ≤ 2 (2 δ + (tokens + 8) u).
     */
    private static void requireRow(
            float[] qkv, int head, int tokens, int width, int headDim, int i, float[] actual, int at) {
        double[] weights = new double[tokens];
        double sum = 0;
        double magnitude = 0;
        for (int j = 0; j < tokens; j++) {
            double score = 0;
            double absolute = 0;
            for (int c = 0; c < headDim; c++) {
                double product = (double) qkv[head + i * 3 * width + c] * qkv[head + width + j * 3 * width + c];
                score += product;
                absolute += Math.abs(product);
            }
            magnitude = Math.max(magnitude, absolute / Math.sqrt(headDim));
            weights[j] = StrictMath.exp(score / Math.sqrt(headDim));
            sum += weights[j];
        }
        double delta = (headDim + 2) * UNIT * magnitude;
        double bound = 1.01 * 2 * (2 * delta + (tokens + 8) * UNIT);
        for (int c = 0; c < headDim; c++) {
            double exact = 0;
            for (int j = 0; j < tokens; j++) {
                exact += weights[j] / sum * qkv[head + 2 * width + j * 3 * width + c];
            }
            assertThat(Math.abs(actual[at + c] - exact)).isLessThanOrEqualTo(bound);
        }
    }
}
