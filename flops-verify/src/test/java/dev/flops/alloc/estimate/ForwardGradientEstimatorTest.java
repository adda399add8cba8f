package dev.flops.alloc.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.flops.alloc.direction.CoordinateDirections;
import dev.flops.alloc.direction.Directions;
import dev.flops.alloc.direction.GaussianDirections;
import dev.flops.alloc.direction.OrthonormalDirections;
import dev.flops.api.Allocation;
import dev.flops.api.CostLedger;
import dev.flops.api.DirectionalObjective;
import dev.flops.api.GradientTarget;
import dev.flops.api.NumericalException;
import dev.flops.api.Parameters;
import dev.flops.verify.gradient.EstimatorRuns;
import dev.flops.verify.gradient.VarianceTest;
import dev.flops.verify.problem.ExponentialProblem;
import dev.flops.verify.problem.SmoothProblem;
import dev.flops.verify.stat.FalseAlarmLedger;
import dev.flops.verify.stat.MeanTestDesign;
import dev.flops.verify.stat.TestResult;
import dev.flops.verify.stat.Verdict;
import dev.flops.verify.support.SuiteLedger;
import dev.flops.verify.support.TestSeeds;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The forward gradient has no σ: on a curved loss its mean is the gradient itself, exactly. */
@ExtendWith(SuiteLedger.class)
class ForwardGradientEstimatorTest {
    private static final double TOLERANCE = 1e-5;
    private static final float[] POINT = {0.5f, -0.25f, 0.75f};
    private static final SmoothProblem CURVED =
            new ExponentialProblem(new double[][] {{1.2, -0.9, 1.5}, {-0.2, 0.6, 0.1}});

    /** The squared distance of a mean of 24 samples in 3 dimensions; simulated skewness 3.4. */
    private static final MeanTestDesign VARIANCE = new MeanTestDesign(0.05, 5e-5, 1e-3, 4);

    private static ForwardGradientEstimator estimator(Directions directions, EstimatorRules rules) {
        return new ForwardGradientEstimator(
                new Tangents(CURVED),
                Parameters.ofVector(POINT),
                ParameterProblems.OPS,
                new ForwardGradientConfig(directions, 7),
                rules);
    }

    private static double[] gradient() {
        return CURVED.gradient(new double[] {POINT[0], POINT[1], POINT[2]}, 0);
    }

    private static double norm() {
        return Arrays.stream(gradient()).map(x -> x * x).sum();
    }

    /** ĝ = (1/B) Σ ω_i (mean of example i), and an example of weight 0 has no sample. */
    @Test
    void weightsMultiplyTheMeanOfAnExample() {
        float[] first = weighted(new int[] {3, 0}, 1, 0);
        float[] last = weighted(new int[] {0, 2}, 0, 1);
        float[] both = weighted(new int[] {3, 2}, 0.5, 4);
        for (int p = 0; p < 3; p++) {
            assertThat((double) both[p]).isCloseTo(0.5 * first[p] + 4.0 * last[p], within(TOLERANCE));
            assertThat(first[p]).isNotZero();
            assertThat(last[p]).isNotZero();
        }
    }

    private static float[] weighted(int[] n, double... weights) {
        return estimator(new GaussianDirections(), EstimatorRules.of(SamplingScheme.ONE_POINT))
                .begin(0, new int[] {0, 1}, TestSeeds.key("forward gradient, weights"), new CostLedger())
                .estimate(Allocation.weighted(n, weights))
                .gradient();
    }

    /** (d − 1)‖∇ℓ‖² per sample of signs, exactly, and half of it for two. */
    @Test
    void momentsAreExact() {
        for (int n = 1; n <= 2; n++) {
            ChosenSigns signs = new ChosenSigns(n);
            ChosenSigns.Moments found =
                    signs.enumerate(estimator(signs, EstimatorRules.of(SamplingScheme.ONE_POINT)), 0);
            for (int p = 0; p < 3; p++) {
                assertThat(found.mean()[p]).isCloseTo(gradient()[p], within(TOLERANCE * norm()));
            }
            assertThat(found.variance()).isCloseTo(2 * norm() / n, within(TOLERANCE * norm()));
        }
    }

    @Test
    void momentsRejectMutants() {
        for (Mutants.Mutant mutant : Mutants.all()) {
            if (!mutant.name().contains("n plus one") && !mutant.name().contains("first sample")) {
                continue;
            }
            ChosenSigns signs = new ChosenSigns(2);
            EstimatorRules rules = new EstimatorRules(
                    (plus, minus, clean) -> plus,
                    mutant.rules().scale(),
                    mutant.rules().contraction());
            ChosenSigns.Moments found = signs.enumerate(estimator(signs, rules), 0);
            double error = Math.abs(found.variance() - norm());
            for (int p = 0; p < 3; p++) {
                error = Math.max(error, Math.abs(found.mean()[p] - gradient()[p]));
            }
            assertThat(error).as(mutant.name()).isGreaterThan(0.1);
        }
    }

    @Test
    void completeSetsGiveTheGradient() {
        for (Directions directions : new Directions[] {CoordinateDirections.all(), new OrthonormalDirections(3)}) {
            float[] found = estimator(directions, EstimatorRules.of(SamplingScheme.ONE_POINT))
                    .begin(2, new int[] {0}, TestSeeds.key("forward gradient"), new CostLedger())
                    .estimate(Allocation.of(1))
                    .gradient();
            for (int p = 0; p < 3; p++) {
                assertThat((double) found[p]).isCloseTo(gradient()[p], within(1e-5));
            }
        }
    }

    @Test
    void gaussianVarianceIsThatOfTheTable(FalseAlarmLedger ledger) {
        ledger.declare("forward gradient, variance", VARIANCE.alpha());
        TestResult result = testVariance(EstimatorRules.of(SamplingScheme.ONE_POINT));
        assertThat(result.verdict()).as("%s", result).isEqualTo(Verdict.ACCEPTED);
        EstimatorRules wrong = new EstimatorRules(
                (plus, minus, clean) -> 1.1f * plus,
                EstimatorRules.of(SamplingScheme.ONE_POINT).scale(),
                IntUnaryOperator.identity());
        TestResult mutant = testVariance(wrong);
        assertThat(mutant.verdict()).as("%s", mutant).isEqualTo(Verdict.REJECTED);
    }

    private static TestResult testVariance(EstimatorRules rules) {
        double expected = 4 * norm() / 24;
        return new VarianceTest(VARIANCE)
                .run(
                        new EstimatorRuns(
                                estimator(new GaussianDirections(), rules),
                                new int[] {0},
                                Allocation.of(24),
                                TestSeeds.key("forward gradient, variance")),
                        gradient(),
                        expected,
                        1e-5 * expected);
    }

    @Test
    void everyQueryIsCountedAndOnlyExactDerivativesAreClaimed() {
        Tangents tangents = new Tangents(CURVED);
        ForwardGradientEstimator estimator = new ForwardGradientEstimator(
                tangents,
                Parameters.ofVector(POINT),
                ParameterProblems.OPS,
                new ForwardGradientConfig(new OrthonormalDirections(2), 3));
        CostLedger ledger = new CostLedger();
        var estimate = estimator
                .begin(0, new int[] {1, 0}, TestSeeds.key("counted"), ledger)
                .estimate(Allocation.of(4, 1));
        assertThat(tangents.queries).isEqualTo(10);
        assertThat(ledger.queries()).isEqualTo(10);
        double[] theta = {POINT[0], POINT[1], POINT[2]};
        assertThat(estimate.meanLoss()).isCloseTo((CURVED.loss(theta, 0) + CURVED.loss(theta, 1)) / 2, within(1e-6));
        assertThat(estimator.target()).isEqualTo(GradientTarget.GRADIENT);
    }

    @Test
    void aDerivativeThatIsNotFiniteIsNamed() {
        Tangents tangents = new Tangents(CURVED);
        tangents.poison = Float.NaN;
        ForwardGradientEstimator estimator = new ForwardGradientEstimator(
                tangents,
                Parameters.ofVector(POINT),
                ParameterProblems.OPS,
                new ForwardGradientConfig(new GaussianDirections(), 3));
        var step = estimator.begin(5, new int[] {1}, TestSeeds.key("nan"), new CostLedger());
        assertThatThrownBy(() -> step.estimate(Allocation.of(1)))
                .isInstanceOf(NumericalException.class)
                .hasMessageContaining("directional derivative = NaN for example 1, sample 0 in step 5");
    }

    /** Directional derivatives from the closed form. */
    private static final class Tangents implements DirectionalObjective {
        private final SmoothProblem problem;
        private int queries;
        private float poison;

        Tangents(SmoothProblem problem) {
            this.problem = problem;
        }

        @Override
        public int dimension() {
            return problem.dimension();
        }

        @Override
        public int examples() {
            return problem.examples();
        }

        @Override
        public void evaluate(float[] points, int[] examples, float[] losses) {
            problem.evaluate(points, examples, losses);
        }

        @Override
        public void evaluateAlong(
                float[] point, float[] directions, int[] examples, float[] losses, float[] derivatives) {
            int d = dimension();
            double[] theta = new double[d];
            for (int p = 0; p < d; p++) {
                theta[p] = point[p];
            }
            for (int q = 0; q < losses.length; q++) {
                queries++;
                losses[q] = (float) problem.loss(theta, examples[q]);
                double[] gradient = problem.gradient(theta, examples[q]);
                double sum = poison;
                for (int p = 0; p < d; p++) {
                    sum += gradient[p] * directions[q * d + p];
                }
                derivatives[q] = (float) sum;
            }
        }
    }
}
