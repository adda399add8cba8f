package dev.flops.tensor.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.flops.tensor.spec.SimdWidth;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Rows against double precision, on the kernels that AUTO chooses: a sum of n numbers in 16 lanes errs by at most
 * n/16 + 5 roundings, u = 2⁻²⁴ each, of the sum of sizes; what follows it adds a few.
 */
class RowKernelsTest {
    private static final double U = 0x1p-24;
    private static final float EPSILON = 1e-3f;

    private final RowKernels kernels = KernelProvider.kernels(SimdWidth.AUTO).row();

    private static float[] numbers(long seed, int n, float size) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] x = new float[n];
        for (int j = 0; j < n; j++) {
            x[j] = size * (float) (2 * random.nextDouble() - 1);
        }
        return x;
    }

    private static double roundings(int n) {
        return (n / 16 + 16) * U;
    }

    private float[] layerNorm(float[] x, float @Nullable [] gamma, float @Nullable [] beta) {
        float[] out = new float[x.length];
        kernels.layerNorm(1, x.length, x, 0, gamma, 0, beta, 0, EPSILON, out, 0);
        return out;
    }

    private float[] rmsNorm(float[] x, float @Nullable [] gamma) {
        float[] out = new float[x.length];
        kernels.rmsNorm(1, x.length, x, 0, gamma, 0, EPSILON, out, 0);
        return out;
    }

    private float[] softmax(float[] x) {
        float[] out = new float[x.length];
        kernels.softmax(1, x.length, x, 0, x.length, out, 0, x.length);
        return out;
    }

    private float[] logSoftmax(float[] x) {
        float[] out = new float[x.length];
        kernels.logSoftmax(1, x.length, x, 0, out, 0);
        return out;
    }

    @Property
    void reductions(@ForAll long seed, @ForAll @IntRange(min = 1, max = 1000) int n) {
        float[] x = numbers(seed, n, 2);
        float[] y = numbers(~seed, n, 2);
        double sum = 0;
        double size = 0;
        double dot = 0;
        double dotSize = 0;
        for (int j = 0; j < n; j++) {
            sum += x[j];
            size += Math.abs(x[j]);
            dot += (double) x[j] * y[j];
            dotSize += Math.abs((double) x[j] * y[j]);
        }
        assertThat((double) kernels.sum(n, x, 0)).isCloseTo(sum, within(roundings(n) * size));
        assertThat((double) kernels.dot(n, x, 0, y, 0)).isCloseTo(dot, within(roundings(n) * dotSize));
    }

    @Property
    void rmsNormIsRelativelyExact(@ForAll long seed, @ForAll @IntRange(min = 1, max = 1000) int n) {
        float[] x = numbers(seed, n, 2);
        float[] gamma = numbers(~seed, n, 1);
        double squares = 0;
        for (float value : x) {
            squares += (double) value * value;
        }
        double r = 1 / StrictMath.sqrt(squares / n + EPSILON);
        float[] out = rmsNorm(x, gamma);
        float[] plain = rmsNorm(x, null);
        for (int j = 0; j < n; j++) {
            double expected = x[j] * r;
            assertThat((double) plain[j]).isCloseTo(expected, within(roundings(n) * Math.abs(expected)));
            assertThat((double) out[j])
                    .isCloseTo(expected * gamma[j], within(roundings(n) * Math.abs(expected * gamma[j])));
        }
    }

    /** An error of the mean changes each deviation, and through the variance each result by as much times √n at most. */
    @Property
    void layerNormIsExact(@ForAll long seed, @ForAll @IntRange(min = 1, max = 1000) int n) {
        float[] x = numbers(seed, n, 2);
        float[] gamma = numbers(~seed, n, 1);
        float[] beta = numbers(seed + 1, n, 1);
        double mean = 0;
        for (float value : x) {
            mean += value;
        }
        mean /= n;
        double squares = 0;
        for (float value : x) {
            squares += (value - mean) * (value - mean);
        }
        double r = 1 / StrictMath.sqrt(squares / n + EPSILON);
        float[] out = layerNorm(x, gamma, beta);
        for (int j = 0; j < n; j++) {
            double expected = (x[j] - mean) * r * gamma[j] + beta[j];
            double error = roundings(n) * (2 * r * (1 + Math.sqrt(n)) + 1);
            assertThat((double) out[j]).isCloseTo(expected, within(error));
        }
    }

    @Property
    void softmaxAndItsLogarithmAreExact(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 1000) int n,
            @ForAll @IntRange(min = 1, max = 100) int size) {
        float[] x = numbers(seed, n, size);
        double max = Double.NEGATIVE_INFINITY;
        for (float value : x) {
            max = Math.max(max, value);
        }
        double sum = 0;
        for (float value : x) {
            sum += StrictMath.exp(value - max);
        }
        float[] out = softmax(x);
        float[] logarithm = logSoftmax(x);
        int label = n / 2;
        float[] loss = new float[1];
        kernels.crossEntropy(1, n, x, 0, new int[] {label}, 0, loss, 0);
        for (int j = 0; j < n; j++) {
            double distance = max - x[j];
            double expected = StrictMath.exp(-distance) / sum;
            double error = (roundings(n) + distance * U) * expected + Float.MIN_VALUE;
            assertThat((double) out[j]).isCloseTo(expected, within(error));
            double expectedLogarithm = -distance - StrictMath.log(sum);
            double logarithmError = roundings(n) + 4 * U * (distance + StrictMath.log(n));
            assertThat((double) logarithm[j]).isCloseTo(expectedLogarithm, within(logarithmError));
            if (j == label) {
                assertThat((double) loss[0]).isCloseTo(-expectedLogarithm, within(logarithmError));
            }
        }
    }

    @Test
    void specialValues() {
        float inf = Float.POSITIVE_INFINITY;
        for (float special : new float[] {Float.NaN, inf, -inf}) {
            for (int at : new int[] {0, 16, 17, 32}) {
                float[] x = numbers(at, 33, 1);
                x[at] = special;
                assertThat(layerNorm(x, null, null)).containsOnly(Float.NaN);
                float[] scaled = rmsNorm(x, null);
                assertThat(scaled[at]).isNaN();
                assertThat(scaled[5])
                        .isEqualTo(Float.valueOf(Float.isNaN(special) ? special : Math.copySign(0f, x[5])));
                float[] shares = softmax(x);
                float[] logarithms = logSoftmax(x);
                if (special == -inf) {
                    assertThat(shares[at]).isEqualTo(0f);
                    assertThat(shares[5]).isPositive();
                    assertThat(logarithms[at]).isEqualTo(-inf);
                    assertThat(logarithms[5]).isFinite();
                } else {
                    assertThat(shares).containsOnly(Float.NaN);
                    assertThat(logarithms).containsOnly(Float.NaN);
                }
            }
        }
        assertThat(softmax(new float[] {-inf, -inf})).containsOnly(Float.NaN);
        assertThat(rmsNorm(new float[] {-0f, 0f}, null)).containsExactly(-0f, 0f);
        assertThat(layerNorm(new float[] {Float.MIN_VALUE, Float.MIN_VALUE}, null, null))
                .containsExactly(0f, 0f);
    }
}
