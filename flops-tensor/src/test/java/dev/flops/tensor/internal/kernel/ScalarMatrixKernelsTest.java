package dev.flops.tensor.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** The scalar products against chains written out, and against double precision. */
class ScalarMatrixKernelsTest {
    private static final double UNIT = 0x1p-24;

    private final ScalarMatrixKernels kernels = new ScalarMatrixKernels(new CountingNoise());

    @Property(tries = 300)
    void eachElementIsOneChain(
            @ForAll @IntRange(min = 1, max = 9) int m,
            @ForAll @IntRange(min = 1, max = 20) int n,
            @ForAll @IntRange(max = 40) int k,
            @ForAll long seed) {
        MatrixCase test = MatrixCase.random(m, n, k, seed);
        float[] expected = test.c();
        float[] a = test.a();
        float[] b = test.b();
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                int at = test.gap() + i * test.ldc() + j;
                float chain = test.accumulate() ? expected[at] : 0;
                for (int p = 0; p < k; p++) {
                    float factor = a[test.gap() + i * test.lda() + p * test.columnStrideA()];
                    chain = Math.fma(factor, test.elementB(b, p, j), chain);
                }
                expected[at] = test.bias() ? chain + test.biasVector()[test.gap() + j] : chain;
            }
        }
        assertThat(test.bits(kernels)).isEqualTo(MatrixCase.bits(expected));
    }

    /** |computed − exact| ≤ (k + 2) u (|c| + Σ|ab| + |bias|) (1 + small): Higham 2002, section 3.1, one rounding per fma. */
    @Property(tries = 100)
    void agreesWithDoublePrecision(
            @ForAll @IntRange(min = 1, max = 30) int m,
            @ForAll @IntRange(min = 1, max = 70) int n,
            @ForAll @IntRange(max = 900) int k,
            @ForAll long seed) {
        MatrixCase drawn = MatrixCase.random(m, n, k, seed);
        MatrixCase test = new MatrixCase(
                m, n, k, drawn.layout(), drawn.packing(), drawn.accumulate(), drawn.bias(), drawn.gap(), false, seed);
        float[] before = test.c();
        float[] actual = test.run(kernels);
        float[] a = test.a();
        float[] b = test.b();
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                int at = test.gap() + i * test.ldc() + j;
                double exact = test.accumulate() ? before[at] : 0;
                double magnitude = Math.abs(exact);
                for (int p = 0; p < k; p++) {
                    double product =
                            (double) a[test.gap() + i * test.lda() + p * test.columnStrideA()] * test.elementB(b, p, j);
                    exact += product;
                    magnitude += Math.abs(product);
                }
                double bias = test.bias() ? test.biasVector()[test.gap() + j] : 0;
                double bound = 1.01 * (k + 2) * UNIT * (magnitude + Math.abs(bias));
                assertThat(Math.abs(actual[at] - (exact + bias))).isLessThanOrEqualTo(bound);
            }
        }
    }

    @Test
    void anEmptyChainIsPositiveZero() {
        MatrixCase test =
                new MatrixCase(2, 3, 0, MatrixCase.Layout.ROWS, MatrixCase.Packing.PLAIN, false, false, 0, false, 1);
        assertThat(test.run(kernels)).startsWith(0f, 0f, 0f, 0f, 0f, 0f);
    }

    @Test
    void aChainOfNegativeZeroProductsIsPositiveZero() {
        float[] c = {7};
        kernels.multiply(1, 1, 1, new float[] {-1}, 0, 1, 1, new float[] {0}, 0, false, null, 0, c, 0, 1, new float[0]);
        assertThat(Float.floatToRawIntBits(c[0])).isZero();
    }
}
