package dev.flops.verify.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.flops.alloc.estimate.SamplingScheme;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Closed forms against Gauss–Hermite quadrature, which is a second way to the same numbers. No sampling. */
class ClosedFormsTest {
    private static final double[] THETA = {0.4, -0.3};
    private static final double[][] SLOPES = {{0.8, -1.1}, {0.2, 0.5}};
    private static final double[] OFFSETS = {0.3, -0.2};
    private static final double SIGMA = 0.3;

    private static final RidgeProblem.Link EXPONENTIAL = new RidgeProblem.Link() {
        @Override
        public double value(double z) {
            return Math.exp(z);
        }

        @Override
        public double derivative(double z) {
            return Math.exp(z);
        }
    };

    @ParameterizedTest
    @EnumSource
    void linear(SamplingScheme scheme) {
        assertMoments(new LinearProblem(OFFSETS, SLOPES), scheme);
    }

    @ParameterizedTest
    @EnumSource
    void quadratic(SamplingScheme scheme) {
        assertMoments(new QuadraticProblem(OFFSETS, SLOPES, new double[][] {{1.2, 0.4}, {0.4, -0.7}}), scheme);
    }

    @ParameterizedTest
    @EnumSource
    void exponential(SamplingScheme scheme) {
        assertMoments(new ExponentialProblem(SLOPES), scheme);
        assertMoments(new RidgeProblem(EXPONENTIAL, SLOPES), scheme);
    }

    @ParameterizedTest
    @EnumSource
    void logistic(SamplingScheme scheme) {
        assertMoments(RidgeProblem.logistic(SLOPES), scheme);
    }

    /** The method's table for linear losses: (d + 1)‖g‖² Gaussian, (d − 1)‖g‖² Rademacher pairs. */
    @Test
    void linearVariancesAreThoseOfTheTable() {
        LinearProblem problem = new LinearProblem(OFFSETS, SLOPES);
        double square = SLOPES[0][0] * SLOPES[0][0] + SLOPES[0][1] * SLOPES[0][1];
        assertThat(problem.sampleVariance(THETA, 0, SIGMA, SamplingScheme.ANTITHETIC))
                .isCloseTo(3 * square, within(1e-12));
        RademacherEnumeration exact = RademacherEnumeration.of(problem, THETA, 0, SIGMA, SamplingScheme.ANTITHETIC);
        assertThat(exact.variance()).isCloseTo(square, within(1e-12));
        assertThat(exact.mean()[0]).isCloseTo(SLOPES[0][0], within(1e-12));
        assertThat(exact.mean()[1]).isCloseTo(SLOPES[0][1], within(1e-12));
    }

    @Test
    void theVarianceBoundHoldsForLogisticLosses() {
        for (double scale = 0.25; scale <= 8; scale *= 2) {
            double[][] direction = {{0.8 * scale, -1.1 * scale}};
            RidgeProblem problem = RidgeProblem.logistic(direction);
            double smoothness = problem.norm(0) * problem.norm(0) / 4;
            for (double sigma = 0.01; sigma < 1; sigma *= 3) {
                for (SamplingScheme scheme :
                        new SamplingScheme[] {SamplingScheme.CLEAN_BASELINE, SamplingScheme.ANTITHETIC}) {
                    double mean = square(problem.smoothedGradient(THETA, 0, sigma));
                    double second = problem.sampleVariance(THETA, 0, sigma, scheme) + mean;
                    double bound = VarianceBound.of(2, square(problem.gradient(THETA, 0)), sigma, smoothness);
                    assertThat(second).isLessThanOrEqualTo(bound);
                }
            }
        }
    }

    @Test
    void gradientsAreDerivativesOfLosses() {
        SmoothProblem[] problems = {
            new LinearProblem(OFFSETS, SLOPES),
            new QuadraticProblem(OFFSETS, SLOPES, new double[][] {{1.2, 0.4}, {0.4, -0.7}}),
            new ExponentialProblem(SLOPES),
            RidgeProblem.logistic(SLOPES)
        };
        for (SmoothProblem problem : problems) {
            for (int p = 0; p < 2; p++) {
                double[] plus = THETA.clone();
                double[] minus = THETA.clone();
                plus[p] += 1e-5;
                minus[p] -= 1e-5;
                double difference = (problem.loss(plus, 1) - problem.loss(minus, 1)) / 2e-5;
                assertThat(problem.gradient(THETA, 1)[p]).isCloseTo(difference, within(1e-9));
            }
        }
    }

    @Test
    void objectivesAnswerQueriesRowByRow() {
        LinearProblem problem = new LinearProblem(OFFSETS, SLOPES);
        float[] losses = new float[2];
        problem.evaluate(new float[] {1, 0, 0, 2}, new int[] {1, 0}, losses);
        assertThat(losses).containsExactly((float) (-0.2 + 0.2), (float) (0.3 - 2.2));
    }

    @Test
    void shapesAreChecked() {
        assertThatThrownBy(() -> new LinearProblem(new double[1], SLOPES)).hasMessageContaining("offsets.length = 1");
        assertThatThrownBy(() -> new ExponentialProblem(new double[][] {{1, 2}, {1}}))
                .hasMessageContaining("exponents[1].length = 1");
        assertThatThrownBy(() -> new QuadraticProblem(OFFSETS, SLOPES, new double[][] {{1, 2}, {3, 4}}))
                .hasMessageContaining("hessian[1][0] = 3.0");
        assertThatThrownBy(() -> RademacherEnumeration.of(
                        new ExponentialProblem(new double[1][11]), new double[11], 0, 1, SamplingScheme.ONE_POINT))
                .hasMessageContaining("dimension = 11");
    }

    private static void assertMoments(SmoothProblem problem, SamplingScheme scheme) {
        for (int example = 0; example < 2; example++) {
            double[] mean = new double[2];
            double second = 0;
            for (int p = 0; p < 2; p++) {
                int component = p;
                int i = example;
                mean[p] = expectation(e -> weight(problem, i, e, scheme) * e[component] / SIGMA);
                second += expectation(e -> StrictMath.pow(weight(problem, i, e, scheme) * e[component] / SIGMA, 2));
                assertThat(problem.smoothedGradient(THETA, example, SIGMA)[p]).isCloseTo(mean[p], within(1e-9));
            }
            assertThat(problem.sampleVariance(THETA, example, SIGMA, scheme))
                    .isCloseTo(second - square(mean), within(1e-8));
        }
    }

    /** E f(ε) over two dimensions. */
    private static double expectation(ToDoubleFunction<double[]> f) {
        GaussHermite rule = new GaussHermite(40);
        return rule.expectation(a -> rule.expectation(b -> f.applyAsDouble(new double[] {a, b})));
    }

    private static double weight(SmoothProblem problem, int example, double[] e, SamplingScheme scheme) {
        double plus = problem.loss(new double[] {THETA[0] + SIGMA * e[0], THETA[1] + SIGMA * e[1]}, example);
        double minus = problem.loss(new double[] {THETA[0] - SIGMA * e[0], THETA[1] - SIGMA * e[1]}, example);
        return switch (scheme) {
            case ONE_POINT -> plus;
            case CLEAN_BASELINE -> plus - problem.loss(THETA, example);
            case ANTITHETIC -> (plus - minus) / 2;
        };
    }

    private static double square(double[] vector) {
        double sum = 0;
        for (double value : vector) {
            sum += value * value;
        }
        return sum;
    }
}
