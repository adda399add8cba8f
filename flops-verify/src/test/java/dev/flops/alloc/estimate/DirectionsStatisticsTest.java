package dev.flops.alloc.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flops.alloc.direction.Directions;
import dev.flops.alloc.direction.LowRankDirections;
import dev.flops.alloc.direction.OrthonormalDirections;
import dev.flops.alloc.direction.SobolDirections;
import dev.flops.alloc.direction.SphereDirections;
import dev.flops.api.Allocation;
import dev.flops.api.Parameters;
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
import org.junit.jupiter.api.Test;
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

    private static final int D = ParameterProblems.DIMENSION;
    private static final int[] EXAMPLE = {1};

    /**
     * Directions with the parameters that they see, and tr Cov of one sample with a central difference on the linear problem.
     * {@code samples} are those of the variance test. Skewness is that of a mean of six samples: (g·ε)² on a sphere in 10 dimensions has 1.87, so that its mean has 0.76; products of normal numbers have more.
     */
    record Case(Directions directions, Parameters parameters, double variance, int samples, double skewness) {
        MeanTestDesign mean() {
            return new MeanTestDesign(0.1, 1e-5, 1e-3, skewness);
        }

        MeanTestDesign spread() {
            return new MeanTestDesign(0.05, 5e-5, 1e-3, 3 * skewness);
        }

        Case with(Directions wrong) {
            return new Case(wrong, parameters, variance, samples, skewness);
        }

        @Override
        public String toString() {
            return directions.toString();
        }
    }

    static Stream<Case> cases() {
        Parameters vector = ParameterProblems.point();
        Parameters blocks = blocks();
        double norm = norm(0, D);
        return Stream.of(
                new Case(new SphereDirections(), vector, (D - 1) * norm, 8, 0.8),
                new Case(new OrthonormalDirections(4), vector, (D / 4.0 - 1) * norm, 6, 0.8),
                new Case(new LowRankDirections(4), blocks, lowRank(4), 32, 1.8));
    }

    /** A 2 × 3 matrix and a vector of 4. */
    private static Parameters blocks() {
        Parameters.Builder builder = Parameters.builder();
        builder.add("matrix", 2, 3);
        builder.add("vector", 4);
        Parameters parameters = builder.build();
        System.arraycopy(ParameterProblems.point().values(), 0, parameters.values(), 0, D);
        return parameters;
    }

    private static double lowRank(int rank) {
        return (D + 1 + 2 * (2 + 3 + 1.0) / rank) * norm(0, 6) + (D + 1) * norm(6, D);
    }

    /** Squared length of a part of the linear problem's gradient. */
    private static double norm(int from, int to) {
        double[] gradient = ParameterProblems.all().get("linear").gradient(ParameterProblems.theta(), EXAMPLE[0]);
        double norm = 0;
        for (int p = from; p < to; p++) {
            norm += gradient[p] * gradient[p];
        }
        return norm;
    }

    static Stream<Arguments> means() {
        return cases().flatMap(c -> Stream.of("linear", "quadratic").map(problem -> Arguments.of(c, problem)));
    }

    @ParameterizedTest
    @MethodSource("means")
    void meanIsTheGradient(Case c, String problem, FalseAlarmLedger ledger) {
        ledger.declare("directions, mean, " + c + ", " + problem, c.mean().alpha());
        for (TestResult result : testMean(c, problem)) {
            assertThat(result.verdict()).as("%s", result).isEqualTo(Verdict.ACCEPTED);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void meanRejectsAWrongFactorAndAWrongLength(Case c) {
        for (Directions wrong : List.of(
                AlteredDirections.factor(c.directions(), 1.1), AlteredDirections.length(c.directions(), 0.9f))) {
            assertThat(testMean(c.with(wrong), "linear"))
                    .anySatisfy(r -> assertThat(r.verdict()).as("%s", r).isEqualTo(Verdict.REJECTED));
        }
    }

    private static List<TestResult> testMean(Case c, String name) {
        return testMean(c, name, Allocation.of(6, 10, 8));
    }

    private static List<TestResult> testMean(Case c, String name, Allocation allocation) {
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
        EstimatorRuns runs = runs(problem, c, EXAMPLES, allocation, "mean, " + name);
        return new UnbiasednessTest(c.mean()).run(runs, projections);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void varianceIsThatOfTheTable(Case c, FalseAlarmLedger ledger) {
        ledger.declare("directions, variance, " + c, c.spread().alpha());
        TestResult result = testVariance(c);
        assertThat(result.verdict()).as("%s", result).isEqualTo(Verdict.ACCEPTED);
    }

    /** A direction 5 % too long has a variance 22 % too large; a set that repeats one direction has d − 1. */
    @ParameterizedTest
    @MethodSource("cases")
    void varianceRejectsOtherDirections(Case c) {
        Directions wrong = c.directions().perSample(D) == 1
                ? AlteredDirections.length(c.directions(), 1.05f)
                : AlteredDirections.firstMemberForAll(c.directions());
        TestResult result = testVariance(c.with(wrong));
        assertThat(result.verdict()).as("%s", result).isEqualTo(Verdict.REJECTED);
    }

    private static TestResult testVariance(Case c) {
        SmoothProblem problem = ParameterProblems.all().get("linear");
        int n = c.samples();
        double variance = c.variance() / n;
        EstimatorRuns runs = runs(problem, c, EXAMPLE, Allocation.of(n), "variance");
        double[] gradient = problem.gradient(ParameterProblems.theta(), EXAMPLE[0]);
        return new VarianceTest(c.spread()).run(runs, gradient, variance, 1e-5 * variance);
    }

    private static EstimatorRuns runs(
            SmoothProblem problem, Case c, int[] examples, Allocation allocation, String name) {
        ParameterEstimator estimator = new ParameterEstimator(
                problem,
                c.parameters(),
                ParameterProblems.OPS,
                ParameterEstimatorConfig.central(c.directions(), ParameterProblems.SIGMA));
        return new EstimatorRuns(estimator, examples, allocation, TestSeeds.key("directions, " + c + ", " + name));
    }

    /**
     * Scrambled Sobol sets: unbiased for the smoothed gradient of a curved loss, and no more variance than as many
     * independent directions, of which a set that repeats one is an example to the contrary.
     */
    @Test
    void sobolSetsAreUnbiasedAndEven(FalseAlarmLedger ledger) {
        MeanTestDesign design = new MeanTestDesign(0.1, 1e-5, 1e-3, 1);
        ledger.declare("directions, sobol", 2 * design.alpha());
        Case few = new Case(new SobolDirections(8), ParameterProblems.point(), Double.NaN, 1, 1);
        for (TestResult result : testMean(few, "exponential", Allocation.of(1, 2, 1))) {
            assertThat(result.verdict()).as("%s", result).isEqualTo(Verdict.ACCEPTED);
        }
        Case wrong = few.with(AlteredDirections.factor(few.directions(), 1.1));
        assertThat(testMean(wrong, "exponential", Allocation.of(1, 2, 1)))
                .anySatisfy(r -> assertThat(r.verdict()).isEqualTo(Verdict.REJECTED));
        SmoothProblem linear = ParameterProblems.all().get("linear");
        Case many = few.with(new SobolDirections(64));
        double independent = norm(0, D) * (1 + (D + 1) / 64.0);
        VarianceTest test = new VarianceTest(design);
        TestResult even = test.runAtMost(runs(linear, many, EXAMPLE, Allocation.of(1), "sobol"), independent);
        assertThat(even.verdict()).as("%s", even).isEqualTo(Verdict.ACCEPTED);
        Case repeated = many.with(AlteredDirections.firstMemberForAll(many.directions()));
        TestResult uneven = test.runAtMost(runs(linear, repeated, EXAMPLE, Allocation.of(1), "sobol"), independent);
        assertThat(uneven.verdict()).as("%s", uneven).isNotEqualTo(Verdict.ACCEPTED);
    }
}
