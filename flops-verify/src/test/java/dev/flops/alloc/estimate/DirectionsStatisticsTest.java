package dev.flops.alloc.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flops.alloc.direction.Directions;
import dev.flops.alloc.direction.OrthonormalDirections;
import dev.flops.alloc.direction.SphereDirections;
import dev.flops.api.Allocation;
import dev.flops.verify.gradient.EstimatorRuns;
import dev.flops.verify.gradient.Projection;
import dev.flops.verify.gradient.UnbiasednessTest;
import dev.flops.verify.gradient.VarianceTest;
import dev.flops.verify.problem.SmoothProblem;
import dev.flops.verify.stat.FalseAlarmLedger;
import dev.flops.verify.stat.MeanTestDesign;
import dev.flops.verify.stat.TestResult;
import dev.flops.verify.stat.Verdict;
import dev.flops.verify.support.SuiteLedger;
import dev.flops.verify.support.TestSeeds;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random directions whose moments cannot be enumerated: means on linear and quadratic losses, where every one of them is
 * unbiased for the gradient, and variances on a linear loss.
 */
@ExtendWith(SuiteLedger.class)
class DirectionsStatisticsTest {
    private static final int[] EXAMPLES = {2, 0, 1};
    private static final double ROUNDING = 1e-6;

    /** (g·ε)² with ε on a sphere in 10 dimensions has skewness 1.87, the mean of six of them 0.76. */
    private static final MeanTestDesign MEAN = new MeanTestDesign(0.1, 1e-5, 1e-3, 0.8);

    /** The squared distance of a mean of six samples. */
    private static final MeanTestDesign VARIANCE = new MeanTestDesign(0.05, 1e-5, 1e-3, 2.5);

    private static final int D = ParameterProblems.DIMENSION;

    /** Directions, K, and tr Cov / ‖g‖² of one sample with a central difference. */
    record Case(Directions directions, double variance) {
        @Override
        public String toString() {
            return directions.name();
        }
    }

    static Stream<Case> cases() {
        return Stream.of(
                new Case(new SphereDirections(), D - 1),
                new Case(new OrthonormalDirections(4), D / 4.0 - 1),
                new Case(new OrthonormalDirections(1), D - 1));
    }

    static Stream<Arguments> means() {
        return cases().flatMap(c -> Stream.of("linear", "quadratic").map(problem -> Arguments.of(c, problem)));
    }

    @ParameterizedTest
    @MethodSource("means")
    void meanIsTheGradient(Case c, String problem, FalseAlarmLedger ledger) {
        ledger.declare("directions, mean, " + c + ", " + problem, MEAN.alpha());
        for (TestResult result : testMean(c.directions(), problem)) {
            assertThat(result.verdict()).as("%s", result).isEqualTo(Verdict.ACCEPTED);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void meanRejectsAWrongFactorAndAWrongLength(Case c) {
        for (Directions wrong : List.of(
                AlteredDirections.factor(c.directions(), 1.1), AlteredDirections.length(c.directions(), 0.9f))) {
            assertThat(testMean(wrong, "linear"))
                    .anySatisfy(r -> assertThat(r.verdict()).as("%s", r).isEqualTo(Verdict.REJECTED));
        }
    }

    private static List<TestResult> testMean(Directions directions, String name) {
        SmoothProblem problem = ParameterProblems.all().get(name);
        double[] expected = ParameterProblems.smoothedGradient(problem, EXAMPLES);
        List<Projection> projections = new ArrayList<>();
        double square = 0;
        for (int p = 0; p < expected.length; p++) {
            double[] unit = new double[expected.length];
            unit[p] = 1;
            projections.add(new Projection("theta[" + p + "]", unit, expected[p], ROUNDING));
            square += expected[p] * expected[p];
        }
        projections.add(new Projection("gradient", expected, square, ROUNDING));
        EstimatorRuns runs = runs(problem, directions, EXAMPLES, Allocation.of(6, 10, 8), "mean, " + name);
        return new UnbiasednessTest(MEAN).run(runs, projections);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void varianceIsThatOfTheTable(Case c, FalseAlarmLedger ledger) {
        ledger.declare("directions, variance, " + c, VARIANCE.alpha());
        TestResult result = testVariance(c.directions(), c.variance());
        assertThat(result.verdict()).as("%s", result).isEqualTo(Verdict.ACCEPTED);
    }

    /** A direction 5 % too long has a variance 22 % too large; a set that repeats one direction has d − 1. */
    @ParameterizedTest
    @MethodSource("cases")
    void varianceRejectsOtherDirections(Case c) {
        Directions wrong = c.directions().perSample(D) == 1
                ? AlteredDirections.length(c.directions(), 1.05f)
                : AlteredDirections.firstMemberForAll(c.directions());
        TestResult result = testVariance(wrong, c.variance());
        assertThat(result.verdict()).as("%s", result).isEqualTo(Verdict.REJECTED);
    }

    private static TestResult testVariance(Directions directions, double factor) {
        SmoothProblem problem = ParameterProblems.all().get("linear");
        double[] gradient = problem.gradient(ParameterProblems.theta(), 1);
        double norm = 0;
        for (double value : gradient) {
            norm += value * value;
        }
        int n = 6;
        double variance = factor * norm / n;
        EstimatorRuns runs = runs(problem, directions, new int[] {1}, Allocation.of(n), "variance");
        return new VarianceTest(VARIANCE).run(runs, gradient, variance, 1e-5 * variance);
    }

    private static EstimatorRuns runs(
            SmoothProblem problem, Directions directions, int[] examples, Allocation allocation, String name) {
        ParameterEstimator estimator = new ParameterEstimator(
                problem,
                ParameterProblems.point(),
                ParameterProblems.OPS,
                ParameterEstimatorConfig.central(directions, ParameterProblems.SIGMA));
        return new EstimatorRuns(
                estimator, examples, allocation, TestSeeds.key("directions, " + directions.name() + ", " + name));
    }
}
