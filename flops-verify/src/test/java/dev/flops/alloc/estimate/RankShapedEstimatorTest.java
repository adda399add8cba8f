package dev.flops.alloc.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.flops.alloc.direction.CoordinateDirections;
import dev.flops.alloc.direction.GaussianDirections;
import dev.flops.alloc.direction.OrthonormalDirections;
import dev.flops.api.Allocation;
import dev.flops.api.CostLedger;
import dev.flops.api.GradientTarget;
import dev.flops.api.Objective;
import dev.flops.api.SampleIndependence;
import dev.flops.verify.gradient.EstimatorRuns;
import dev.flops.verify.gradient.Projection;
import dev.flops.verify.gradient.UnbiasednessTest;
import dev.flops.verify.problem.SmoothProblem;
import dev.flops.verify.stat.FalseAlarmLedger;
import dev.flops.verify.stat.MeanTestDesign;
import dev.flops.verify.stat.TestResult;
import dev.flops.verify.stat.Verdict;
import dev.flops.verify.support.SuiteLedger;
import dev.flops.verify.support.TestSeeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rank shaping: ranks by hand, invariance, and its expectation for a linear loss, which is not the gradient. */
@ExtendWith(SuiteLedger.class)
class RankShapedEstimatorTest {
    private static final int[] EXAMPLES = {2, 0, 1};
    private static final int SAMPLES = 8;

    /** Ranks are bounded; the weighted directions are nearly symmetric. */
    private static final MeanTestDesign MEAN = new MeanTestDesign(0.1, 1e-5, 1e-3, 0.5);

    private static RankShapedEstimator estimator(Objective objective, Difference difference, RankScope scope) {
        return new RankShapedEstimator(
                objective,
                ParameterProblems.point(),
                ParameterProblems.OPS,
                new RankShapedConfig(new GaussianDirections(), difference, scope, ParameterProblems.SIGMA, 64));
    }

    private static float[] estimate(Objective objective, Difference difference, RankScope scope) {
        return estimator(objective, difference, scope)
                .begin(4, EXAMPLES, TestSeeds.key("ranks"), new CostLedger())
                .estimate(Allocation.of(3, 3, 3))
                .gradient();
    }

    @Test
    void ranksAreCentredAndTiesShareTheirs() {
        float[] values = {9, 3, -1e30f, 7, 3, 0f, -0f, 5};
        CentredRanks.rankInPlace(values, 1, 7);
        // −1e30 | 0, −0 | 3, 3 | 7: ranks 0, 1.5, 1.5, 3.5, 3.5, 5 of 5, less ½.
        assertThat(values).containsExactly(9, 0.2f, -0.5f, 0.5f, 0.2f, -0.2f, -0.2f, 5);
        float[] equal = {4, 4, 4};
        CentredRanks.rankInPlace(equal, 0, 3);
        assertThat(equal).containsOnly(0);
    }

    @ParameterizedTest
    @EnumSource
    void anIncreasingTransformationOfTheLossesChangesNothing(RankScope scope) {
        SmoothProblem problem = ParameterProblems.all().get("quadratic");
        // Exact in float, steeper above zero than below.
        Objective transformed = new Transformed(problem, x -> x < 0 ? 2 * x : 8 * x);
        Objective reversed = new Transformed(problem, x -> -x);
        for (Difference difference : Difference.values()) {
            float[] expected = estimate(problem, difference, scope);
            assertThat(estimate(transformed, difference, scope)).isEqualTo(expected);
            assertThat(estimate(reversed, difference, scope)).isNotEqualTo(expected);
            assertThat(estimate(new Transformed(problem, x -> 3), difference, scope))
                    .containsOnly(0);
        }
    }

    /** Ranking the whole batch is not ranking each example, unless it is the only one. */
    @Test
    void scopesDiffer() {
        SmoothProblem problem = ParameterProblems.all().get("quadratic");
        assertThat(estimate(problem, Difference.ONE_SIDED, RankScope.BATCH))
                .isNotEqualTo(estimate(problem, Difference.ONE_SIDED, RankScope.EXAMPLE));
        assertThat(single(problem, RankScope.BATCH)).isEqualTo(single(problem, RankScope.EXAMPLE));
    }

    private static float[] single(SmoothProblem problem, RankScope scope) {
        return estimator(problem, Difference.CENTRAL, scope)
                .begin(4, new int[] {1}, TestSeeds.key("ranks"), new CostLedger())
                .estimate(Allocation.of(5))
                .gradient();
    }

    /**
     * One-sided: E[P(z′ &lt; z) z] = 1/(2√π). In n pairs: (E|z| + 2(n − 1) E[|z| P(|z′| &lt; |z|)]) / (2(2n − 1)) =
     * (√(2/π) + 2(n − 1)/√π) / (2(2n − 1)). Both over σ, along g/‖g‖.
     */
    private static double length(Difference difference) {
        double root = Math.sqrt(Math.PI);
        double expected = difference == Difference.ONE_SIDED
                ? 1 / (2 * root)
                : (Math.sqrt(2) / root + 2 * (SAMPLES - 1) / root) / (2 * (2 * SAMPLES - 1));
        return expected / ParameterProblems.SIGMA;
    }

    @ParameterizedTest
    @EnumSource
    void meanForALinearLossIsTheDirectionAlone(Difference difference, FalseAlarmLedger ledger) {
        ledger.declare("rank shaping, mean, " + difference, MEAN.alpha());
        for (TestResult result : testMean(difference, EstimatorRules.of(scheme(difference)))) {
            assertThat(result.verdict()).as("%s", result).isEqualTo(Verdict.ACCEPTED);
        }
    }

    @ParameterizedTest
    @EnumSource
    void meanRejectsMutants(Difference difference) {
        EstimatorRules right = EstimatorRules.of(scheme(difference));
        int losses = SAMPLES * difference.queries();
        float shrink = (losses - 1f) / losses;
        List<EstimatorRules> mutants = List.of(
                new EstimatorRules(
                        (plus, minus, clean) -> shrink * right.weight().weight(plus, minus, clean),
                        right.scale(),
                        right.contraction()),
                new EstimatorRules(
                        (plus, minus, clean) -> -right.weight().weight(plus, minus, clean),
                        right.scale(),
                        right.contraction()),
                new EstimatorRules(right.weight(), (sigma, n, batch, total) -> 1.0 / (n * batch), right.contraction()));
        for (EstimatorRules mutant : mutants) {
            assertThat(testMean(difference, mutant))
                    .anySatisfy(r -> assertThat(r.verdict()).as("%s", r).isEqualTo(Verdict.REJECTED));
        }
    }

    private static SamplingScheme scheme(Difference difference) {
        return difference == Difference.CENTRAL ? SamplingScheme.ANTITHETIC : SamplingScheme.ONE_POINT;
    }

    private static List<TestResult> testMean(Difference difference, EstimatorRules rules) {
        SmoothProblem problem = ParameterProblems.all().get("linear");
        double[] gradient = problem.gradient(ParameterProblems.theta(), 1);
        double norm = Math.sqrt(Arrays.stream(gradient).map(x -> x * x).sum());
        double[] unit = Arrays.stream(gradient).map(x -> x / norm).toArray();
        List<Projection> projections = new ArrayList<>();
        projections.add(new Projection("gradient", unit, length(difference), 1e-6));
        for (int p = 0; p < unit.length; p++) {
            double[] axis = new double[unit.length];
            axis[p] = 1;
            projections.add(new Projection("theta[" + p + "]", axis, unit[p] * length(difference), 1e-6));
        }
        RankShapedEstimator estimator = new RankShapedEstimator(
                problem,
                ParameterProblems.point(),
                ParameterProblems.OPS,
                new RankShapedConfig(
                        new GaussianDirections(), difference, RankScope.EXAMPLE, ParameterProblems.SIGMA, 64),
                rules);
        return new UnbiasednessTest(MEAN)
                .run(
                        new EstimatorRuns(
                                estimator,
                                new int[] {1},
                                Allocation.of(SAMPLES),
                                TestSeeds.key("rank shaping, " + difference)),
                        projections);
    }

    @Test
    void itClaimsNothingAndRefusesUnequalAllocations() {
        RankShapedEstimator estimator =
                estimator(ParameterProblems.all().get("linear"), Difference.ONE_SIDED, RankScope.EXAMPLE);
        assertThat(estimator.target()).isEqualTo(GradientTarget.BIASED);
        assertThat(estimator.target().claimsUnbiasedness()).isFalse();
        assertThat(estimator.independence()).isEqualTo(SampleIndependence.RANKED_LOSSES);
        assertThat(estimator.cost().minimumSamples()).isEqualTo(2);
        var step = estimator.begin(0, EXAMPLES, TestSeeds.key("unequal"), new CostLedger());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> step.estimate(Allocation.of(2, 3, 2)))
                .withMessageContaining(
                        "samplesPerExample[1] = 3, expected 2 for every example: a loss is weighted by its" + " rank");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> step.estimate(Allocation.of(1, 1, 1)))
                .withMessage("samplesPerExample[0] = 1, expected >= 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new RankShapedConfig(CoordinateDirections.all(), Difference.CENTRAL, RankScope.BATCH, 0.1f, 64))
                .withMessageContaining("directions = coordinate-wise, expected random ones");
    }

    @Test
    void everyQueryIsCounted() {
        for (Difference difference : Difference.values()) {
            CountingObjective counting =
                    new CountingObjective(ParameterProblems.all().get("logistic"));
            RankShapedEstimator estimator = new RankShapedEstimator(
                    counting,
                    ParameterProblems.point(),
                    ParameterProblems.OPS,
                    new RankShapedConfig(new OrthonormalDirections(3), difference, RankScope.BATCH, 0.1f, 7));
            CostLedger ledger = new CostLedger();
            estimator.begin(0, EXAMPLES, TestSeeds.key("counted"), ledger).estimate(Allocation.of(2, 2, 2));
            assertThat(counting.queries()).isEqualTo(18L * difference.queries());
            assertThat(ledger.queries()).isEqualTo(counting.queries());
        }
    }

    private record Transformed(Objective objective, DoubleUnaryOperator transformation) implements Objective {
        @Override
        public int dimension() {
            return objective.dimension();
        }

        @Override
        public int examples() {
            return objective.examples();
        }

        @Override
        public void evaluate(float[] points, int[] examples, float[] losses) {
            objective.evaluate(points, examples, losses);
            for (int q = 0; q < losses.length; q++) {
                losses[q] = (float) transformation.applyAsDouble(losses[q]);
            }
        }
    }
}
