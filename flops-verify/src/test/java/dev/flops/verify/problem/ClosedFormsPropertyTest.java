package dev.flops.verify.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.flops.alloc.estimate.SamplingScheme;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;

/**
 * Closed forms on random small problems against two ways that know nothing of them: a product Gauss–Hermite rule over the
 * loss alone, exact for polynomials, and an enumeration of all sign vectors. No sampling.
 */
class ClosedFormsPropertyTest {
    private static final int NODES = 14;

    /** A problem in one to three dimensions and a point. */
    record Case(String kind, SmoothProblem problem, double[] theta) {
        @Override
        public String toString() {
            return kind + " in " + theta.length + " dimensions";
        }
    }

    @Property(tries = 150)
    void gaussianMomentsAreThoseOfTheQuadrature(
            @ForAll("cases") Case c,
            @ForAll @DoubleRange(min = 0.01, max = 0.4) double sigma,
            @ForAll SamplingScheme scheme) {
        int d = c.theta().length;
        SmoothProblem quadrature =
                new QuadratureProblem(c.problem(), d, c.problem().examples(), NODES);
        double[] found = c.problem().smoothedGradient(c.theta(), 0, sigma);
        double[] expected = quadrature.smoothedGradient(c.theta(), 0, sigma);
        for (int p = 0; p < d; p++) {
            assertThat(found[p]).isCloseTo(expected[p], within(1e-8));
        }
        double variance = quadrature.sampleVariance(c.theta(), 0, sigma, scheme);
        assertThat(c.problem().sampleVariance(c.theta(), 0, sigma, scheme))
                .isCloseTo(variance, within(1e-7 * (1 + variance)));
    }

    @Property(tries = 150)
    void rademacherMeansAreThoseOfTheEnumeration(
            @ForAll("cases") Case c,
            @ForAll @DoubleRange(min = 0.01, max = 0.4) double sigma,
            @ForAll SamplingScheme scheme) {
        double[] expected = RademacherEnumeration.of(c.problem(), c.theta(), 0, sigma, scheme)
                .mean();
        double[] found = c.problem().rademacherMean(c.theta(), 0, sigma);
        for (int p = 0; p < expected.length; p++) {
            assertThat(found[p]).isCloseTo(expected[p], within(1e-10));
        }
    }

    @Property(tries = 150)
    void gradientsAreThoseOfFiniteDifferences(@ForAll("cases") Case c) {
        double[] expected = FiniteDifferences.gradient(c.problem(), c.theta(), 0);
        double[] found = c.problem().gradient(c.theta(), 0);
        for (int p = 0; p < expected.length; p++) {
            assertThat(found[p]).isCloseTo(expected[p], within(1e-8));
        }
    }

    /** ‖∇ℓ(x) − ∇ℓ(y)‖ ≤ β‖x − y‖, and the variance bound that follows from it. */
    @Property(tries = 150)
    void smoothnessBoundsGradientsAndVariances(
            @ForAll("cases") Case c,
            @ForAll("points") double[] far,
            @ForAll @DoubleRange(min = 0.01, max = 0.9) double sigma) {
        if (c.problem().smoothness(0).isEmpty()) {
            assertThat(c.kind()).isIn("exponential", "cubic");
            return;
        }
        double beta = c.problem().smoothness(0).getAsDouble();
        int d = c.theta().length;
        double[] other = Arrays.copyOf(far, d);
        double[] here = c.problem().gradient(c.theta(), 0);
        double[] there = c.problem().gradient(other, 0);
        double moved = Math.sqrt(squaredDistance(c.theta(), other));
        assertThat(Math.sqrt(squaredDistance(here, there))).isLessThanOrEqualTo(beta * moved + 1e-12);
        double bound = VarianceBound.of(d, squaredDistance(here, new double[d]), sigma, beta);
        double[] mean = c.problem().smoothedGradient(c.theta(), 0, sigma);
        for (SamplingScheme scheme : new SamplingScheme[] {SamplingScheme.CLEAN_BASELINE, SamplingScheme.ANTITHETIC}) {
            double second =
                    c.problem().sampleVariance(c.theta(), 0, sigma, scheme) + squaredDistance(mean, new double[d]);
            assertThat(second).isLessThanOrEqualTo(bound + 1e-12);
        }
    }

    /** The method's statement: beside pairs, the clean-loss baseline pays σ²(d + 4)((tr H)² + 2 tr H²)/4. */
    @Property(tries = 50)
    void curvatureCostsTheCleanBaselineWhatTheMethodSays(
            @ForAll("hessians") double[][] h,
            @ForAll("points") double[] theta,
            @ForAll @DoubleRange(min = 0.01, max = 2) double sigma) {
        int d = h.length;
        double trace = 0;
        double square = 0;
        for (int i = 0; i < d; i++) {
            trace += h[i][i];
            for (int j = 0; j < d; j++) {
                square += h[i][j] * h[j][i];
            }
        }
        SmoothProblem problem = new QuadraticProblem(new double[1], new double[1][d], h);
        double[] point = Arrays.copyOf(theta, d);
        double expected = sigma * sigma * (d + 4) * (trace * trace + 2 * square) / 4;
        double paid = problem.sampleVariance(point, 0, sigma, SamplingScheme.CLEAN_BASELINE)
                - problem.sampleVariance(point, 0, sigma, SamplingScheme.ANTITHETIC);
        assertThat(paid).isCloseTo(expected, within(1e-9 * (1 + expected)));
        SmoothProblem quadrature = new QuadratureProblem(problem, d, 1, 4);
        double computed = quadrature.sampleVariance(point, 0, sigma, SamplingScheme.CLEAN_BASELINE)
                - quadrature.sampleVariance(point, 0, sigma, SamplingScheme.ANTITHETIC);
        assertThat(computed).isCloseTo(expected, within(1e-9 * (1 + expected)));
    }

    @Provide
    Arbitrary<double[]> points() {
        return Arbitraries.doubles().between(-1, 1).array(double[].class).ofSize(3);
    }

    @Provide
    Arbitrary<double[][]> hessians() {
        return Arbitraries.integers().between(1, 3).flatMap(d -> rows(d, d)).map(ClosedFormsPropertyTest::symmetric);
    }

    @Provide
    Arbitrary<Case> cases() {
        return Arbitraries.integers()
                .between(1, 3)
                .flatMap(d -> Arbitraries.integers()
                        .between(0, 4)
                        .flatMap(kind -> rows(d + 3, d).map(numbers -> makeCase(kind, numbers))));
    }

    private static Arbitrary<double[][]> rows(int count, int d) {
        return Arbitraries.doubles()
                .between(-1, 1)
                .array(double[].class)
                .ofSize(d)
                .array(double[][].class)
                .ofSize(count);
    }

    /** The first rows are point, slope and direction; a Hessian follows. */
    private static Case makeCase(int kind, double[][] numbers) {
        double[][] slope = {numbers[1]};
        double[][] direction = {numbers[2]};
        return switch (kind) {
            case 0 -> new Case("linear", new LinearProblem(new double[] {0.3}, slope), numbers[0]);
            case 1 -> {
                double[][] hessian = symmetric(Arrays.copyOfRange(numbers, 3, numbers.length));
                yield new Case("quadratic", new QuadraticProblem(new double[] {-0.2}, slope, hessian), numbers[0]);
            }
            case 2 -> new Case("exponential", new ExponentialProblem(direction), numbers[0]);
            case 3 -> new Case("cubic", new CubicProblem(0.7, slope, direction), numbers[0]);
            default -> new Case("logistic", RidgeProblem.logistic(direction), numbers[0]);
        };
    }

    private static double[][] symmetric(double[][] h) {
        double[][] out = new double[h.length][h.length];
        for (int i = 0; i < h.length; i++) {
            for (int j = 0; j < h.length; j++) {
                out[i][j] = h[Math.max(i, j)][Math.min(i, j)];
            }
        }
        return out;
    }

    private static double squaredDistance(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        }
        return sum;
    }
}
