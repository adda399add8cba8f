package dev.flops.verify.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.flops.alloc.estimate.SamplingScheme;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/** The table of variances of linear losses against quadrature, enumeration and integrals over an angle. */
class LinearVariancesTest {
    private static final double[] SLOPE = {0.8, -1.1};
    private static final double SQUARE = 0.8 * 0.8 + 1.1 * 1.1;
    private static final int ANGLES = 64;

    @Test
    void gaussianAndRademacherAreTheEnumeratedOnes() {
        for (int d = 1; d <= 4; d++) {
            double[][] slope = new double[1][d];
            double square = 0;
            for (int p = 0; p < d; p++) {
                slope[0][p] = p - 1.5;
                square += slope[0][p] * slope[0][p];
            }
            SmoothProblem linear = new LinearProblem(new double[] {2}, slope);
            double gaussian = new QuadratureProblem(linear, d, 1, 3)
                    .sampleVariance(new double[d], 0, 0.5, SamplingScheme.ANTITHETIC);
            assertThat(gaussian).isCloseTo(LinearVariances.gaussian(d) * square, within(1e-10));
            double signs = RademacherEnumeration.of(linear, new double[d], 0, 0.5, SamplingScheme.CLEAN_BASELINE)
                    .variance();
            assertThat(signs).isCloseTo(LinearVariances.rademacher(d) * square, within(1e-10));
        }
    }

    /** In the plane a direction on the sphere is an angle, and a trapezoidal rule over it is exact for what is asked. */
    @Test
    void sphereAndOrthonormalAreIntegralsOverAnAngle() {
        double sphere = variance(angle -> sample(Math.sqrt(2), angle));
        assertThat(sphere).isCloseTo(LinearVariances.sphere(2) * SQUARE, within(1e-12));
        double one = variance(angle -> scaled(2, sample(1, angle)));
        assertThat(one).isCloseTo(LinearVariances.orthonormal(2, 1) * SQUARE, within(1e-12));
        double both = variance(angle -> sum(sample(1, angle), sample(1, angle + Math.PI / 2)));
        assertThat(both).isCloseTo(LinearVariances.orthonormal(2, 2) * SQUARE, within(1e-12));
    }

    @Test
    void leaveOneOutIsAnIntegralOverAllSamples() {
        GaussHermite rule = new GaussHermite(5);
        ToDoubleFunction<double[]> square = e -> {
            double[] mean = new double[2];
            for (int k = 0; k < 2; k++) {
                double w = SLOPE[0] * (e[2 * k] - e[2 - 2 * k]) + SLOPE[1] * (e[2 * k + 1] - e[3 - 2 * k]);
                mean[0] += w * e[2 * k] / 2;
                mean[1] += w * e[2 * k + 1] / 2;
            }
            return mean[0] * mean[0] + mean[1] * mean[1];
        };
        double second = rule.expectation(a -> rule.expectation(b ->
                rule.expectation(c -> rule.expectation(d -> square.applyAsDouble(new double[] {a, b, c, d})))));
        assertThat(second - SQUARE).isCloseTo(LinearVariances.leaveOneOut(2, 2) * SQUARE, within(1e-10));
    }

    @Test
    void leaveOneOutOfThreeInOneDimension() {
        GaussHermite rule = new GaussHermite(5);
        double second = rule.expectation(a -> rule.expectation(b -> rule.expectation(c -> {
            double mean = (a * (a - (b + c) / 2) + b * (b - (a + c) / 2) + c * (c - (a + b) / 2)) / 3;
            return mean * mean;
        })));
        assertThat(second - 1).isCloseTo(LinearVariances.leaveOneOut(1, 3), within(1e-10));
    }

    @Test
    void argumentsAreChecked() {
        assertThatThrownBy(() -> LinearVariances.gaussian(0)).hasMessageContaining("dimension = 0");
        assertThatThrownBy(() -> LinearVariances.orthonormal(3, 4)).hasMessageContaining("directions = 4");
        assertThatThrownBy(() -> LinearVariances.leaveOneOut(3, 1)).hasMessageContaining("samples = 1");
    }

    private interface Sample {
        double[] at(double angle);
    }

    private static double variance(Sample sample) {
        double[] mean = new double[2];
        double second = 0;
        for (int j = 0; j < ANGLES; j++) {
            double[] g = sample.at(2 * Math.PI * j / ANGLES);
            mean[0] += g[0] / ANGLES;
            mean[1] += g[1] / ANGLES;
            second += (g[0] * g[0] + g[1] * g[1]) / ANGLES;
        }
        assertThat(mean[0]).isCloseTo(SLOPE[0], within(1e-12));
        assertThat(mean[1]).isCloseTo(SLOPE[1], within(1e-12));
        return second - mean[0] * mean[0] - mean[1] * mean[1];
    }

    /** (g·ε) ε with ε of a given length. */
    private static double[] sample(double length, double angle) {
        double x = length * Math.cos(angle);
        double y = length * Math.sin(angle);
        double w = SLOPE[0] * x + SLOPE[1] * y;
        return new double[] {w * x, w * y};
    }

    private static double[] scaled(double factor, double[] a) {
        return new double[] {factor * a[0], factor * a[1]};
    }

    private static double[] sum(double[] a, double[] b) {
        return new double[] {a[0] + b[0], a[1] + b[1]};
    }
}
