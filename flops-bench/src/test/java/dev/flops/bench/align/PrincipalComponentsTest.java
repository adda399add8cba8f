package dev.flops.bench.align;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.flops.api.RandomKey;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.spec.SimdWidth;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.junit.jupiter.api.Test;

final class PrincipalComponentsTest {
    private static final TensorOps OPS = TensorOps.of(SimdWidth.AUTO);
    private static final int ROWS = 60;
    private static final int COLUMNS = 5;

    /** Column c has a spread of about 5 − c. */
    private static Tensor rows() {
        RandomKey key = RandomKey.ofSeed(3);
        Tensor rows = Tensor.zeros(ROWS, COLUMNS);
        for (int i = 0; i < rows.elements(); i++) {
            rows.array()[i] = (float) ((COLUMNS - i % COLUMNS) * (key.uniform(i / COLUMNS, i % COLUMNS) + 1));
        }
        return rows;
    }

    @Test
    void ofTheLinearKernelTheyAreThoseOfTheCovariance() {
        Tensor rows = rows();
        Tensor kernels = new Kernel.Linear().between(rows, rows, OPS);
        Tensor components = PrincipalComponents.of(kernels, 2, false, OPS).of(kernels);
        double[] mean = new double[COLUMNS];
        for (int i = 0; i < rows.elements(); i++) {
            mean[i % COLUMNS] += (double) rows.array()[i] / ROWS;
        }
        double[][] covariance = new double[COLUMNS][COLUMNS];
        for (int row = 0; row < ROWS; row++) {
            for (int i = 0; i < COLUMNS * COLUMNS; i++) {
                covariance[i / COLUMNS][i % COLUMNS] += (rows.array()[row * COLUMNS + i / COLUMNS] - mean[i / COLUMNS])
                        * (rows.array()[row * COLUMNS + i % COLUMNS] - mean[i % COLUMNS])
                        / ROWS;
            }
        }
        var eigen = new EigenDecomposition(new Array2DRowRealMatrix(covariance));
        for (int k = 0; k < 2; k++) {
            double sign = 0;
            for (int row = 0; row < ROWS; row++) {
                double expected = 0;
                for (int i = 0; i < COLUMNS; i++) {
                    expected += (rows.array()[row * COLUMNS + i] - mean[i])
                            * eigen.getV().getEntry(i, k);
                }
                double found = components.array()[row * 2 + k];
                sign = sign == 0 ? Math.signum(expected * found) : sign;
                assertThat(sign * found).isCloseTo(expected, within(1e-4));
            }
        }
    }

    @Test
    void whitenedTheyHaveVarianceOneAndNoCorrelation() {
        Tensor rows = rows();
        Kernel kernel = Kernel.Gaussian.asWideAs(rows);
        Tensor kernels = kernel.between(rows, rows, OPS);
        Tensor components = PrincipalComponents.of(kernels, 4, true, OPS).of(kernels);
        for (int a = 0; a < 4; a++) {
            for (int b = 0; b <= a; b++) {
                double product = 0;
                for (int row = 0; row < ROWS; row++) {
                    product += (double) components.array()[row * 4 + a]
                            * components.array()[row * 4 + b]
                            / ROWS;
                }
                assertThat(product).isCloseTo(a == b ? 1 : 0, within(1e-3));
            }
        }
        assertThatThrownBy(() -> PrincipalComponents.of(kernels, 29, true, OPS))
                .hasMessageContaining("components = 29");
    }

    @Test
    void theGaussianKernelIsOfDistances() {
        Tensor a = Tensor.of(new float[] {0, 0, 3, 4}, 2, 2);
        assertThat(new Kernel.Gaussian(10).between(a, a, OPS).toArray())
                .containsExactly(1, (float) StrictMath.exp(-2.5), (float) StrictMath.exp(-2.5), 1);
        assertThat(Kernel.Gaussian.asWideAs(a)).isEqualTo(new Kernel.Gaussian(6.25));
    }
}
