package dev.flops.alloc.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flops.api.Allocation;
import dev.flops.api.Distribution;
import dev.flops.api.Parameters;
import dev.flops.verify.gradient.EstimatorRuns;
import dev.flops.verify.gradient.Projection;
import dev.flops.verify.gradient.UnbiasednessTest;
import dev.flops.verify.gradient.VarianceTest;
import dev.flops.verify.problem.RidgeProblem;
import dev.flops.verify.problem.SmoothProblem;
import dev.flops.verify.problem.VarianceBound;
import dev.flops.verify.stat.FalseAlarmLedger;
import dev.flops.verify.stat.MeanTestDesign;
import dev.flops.verify.stat.TestResult;
import dev.flops.verify.stat.Verdict;
import dev.flops.verify.support.NetworkCase;
import dev.flops.verify.support.NetworkObjective;
import dev.flops.verify.support.OracleGradient;
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
 * The parameter-space estimator with Gaussian directions: unbiased for the smoothed gradient, with the variance of the
 * closed forms, under a skewed allocation.
 *
 * <p>Points and losses are rounded to float: |Δℓ| ≤ 3·10⁻⁷ for these problems, so that a systematic error of ĝ is below
 * 3·10⁻⁷ E|ε|/σ = 10⁻⁶.
 */
@ExtendWith(SuiteLedger.class)
class ParameterEstimatorStatisticsTest {
    private static final int[] EXAMPLES = {2, 0, 1};
    private static final double ROUNDING = 1e-6;

    /**
     * (g·ε)² has skewness √8, the mean of 8 or more of them at most 1; half as much again is left for curvature.
     */
    private static final MeanTestDesign MEAN = new MeanTestDesign(0.1, 1e-5, 1e-3, 1.5);

    /**
     * The squared distance of a mean of 2, 8 and 6 directions in 10 dimensions: skewness 4.6 for a linear loss of which the
     * first example has nearly all of the gradient (simulated on its own), up to 7 with curvature.
     */
    private static final MeanTestDesign VARIANCE = new MeanTestDesign(0.05, 5e-5, 1e-3, 7);

    /** One direction, with room for curvature. */
    private static final MeanTestDesign BOUND = new MeanTestDesign(0.05, 1e-4, 1e-3, 7);

    private static final Allocation MANY = Allocation.of(8, 32, 24);
    private static final Allocation FEW = Allocation.of(2, 8, 6);

    static Stream<Arguments> cases() {
        List<Arguments> list = new ArrayList<>();
        ParameterProblems.all().forEach((name, problem) -> {
            for (SamplingScheme scheme : SamplingScheme.values()) {
                list.add(Arguments.of(name, scheme));
            }
        });
        return list.stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void meanIsTheSmoothedGradient(String name, SamplingScheme scheme, FalseAlarmLedger ledger) {
        ledger.declare("parameter estimator, mean, " + name + ", " + scheme, MEAN.alpha());
        SmoothProblem problem = ParameterProblems.all().get(name);
        List<TestResult> results = testMean(problem, scheme, EstimatorRules.of(scheme), name);
        assertThat(results).allSatisfy(r -> assertThat(r.verdict()).as("%s", r).isEqualTo(Verdict.ACCEPTED));
    }

    static Stream<Mutants.Mutant> mutants() {
        return Mutants.all().stream();
    }

    @ParameterizedTest
    @MethodSource("mutants")
    void meanRejects(Mutants.Mutant mutant) {
        SmoothProblem problem = ParameterProblems.all().get("exponential");
        List<TestResult> results = testMean(problem, mutant.scheme(), mutant.rules(), "exponential");
        assertThat(results).anySatisfy(r -> assertThat(r.verdict()).as("%s", r).isEqualTo(Verdict.REJECTED));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void varianceIsThatOfTheClosedForm(String name, SamplingScheme scheme, FalseAlarmLedger ledger) {
        ledger.declare("parameter estimator, variance, " + name + ", " + scheme, VARIANCE.alpha());
        TestResult result = testVariance(name, scheme, EstimatorRules.of(scheme));
        assertThat(result.verdict()).as("%s", result).isEqualTo(Verdict.ACCEPTED);
    }

    static Stream<Mutants.Mutant> mutantsOfVariance() {
        return Mutants.all().stream()
                .filter(m -> m.name().contains("half") || m.name().contains("first sample"));
    }

    @ParameterizedTest
    @MethodSource("mutantsOfVariance")
    void varianceRejects(Mutants.Mutant mutant) {
        TestResult result = testVariance("exponential", mutant.scheme(), mutant.rules());
        assertThat(result.verdict()).as("%s", result).isEqualTo(Verdict.REJECTED);
    }

    /** tr Cov(ĝ) = (1/B²) Σ v_i/n_i. */
    private static TestResult testVariance(String name, SamplingScheme scheme, EstimatorRules rules) {
        SmoothProblem problem = ParameterProblems.all().get(name);
        double variance = 0;
        for (int i = 0; i < EXAMPLES.length; i++) {
            double v = problem.sampleVariance(ParameterProblems.theta(), EXAMPLES[i], ParameterProblems.SIGMA, scheme);
            variance += v / FEW.samples(i) / EXAMPLES.length / EXAMPLES.length;
        }
        return new VarianceTest(VARIANCE)
                .run(
                        runs(problem, scheme, rules, FEW, "variance, " + name + ", " + scheme),
                        ParameterProblems.smoothedGradient(problem, EXAMPLES),
                        variance,
                        1e-5 * variance);
    }

    private static List<TestResult> testMean(
            SmoothProblem problem, SamplingScheme scheme, EstimatorRules rules, String name) {
        double[] expected = ParameterProblems.smoothedGradient(problem, EXAMPLES);
        List<Projection> projections = new ArrayList<>();
        for (int p = 0; p < expected.length; p++) {
            double[] unit = new double[expected.length];
            unit[p] = 1;
            projections.add(new Projection("theta[" + p + "]", unit, expected[p], ROUNDING));
        }
        double square = 0;
        for (double value : expected) {
            square += value * value;
        }
        projections.add(new Projection("gradient", expected, square, ROUNDING));
        return new UnbiasednessTest(MEAN)
                .run(runs(problem, scheme, rules, MANY, "mean, " + name + ", " + scheme), projections);
    }

    private static EstimatorRuns runs(
            SmoothProblem problem, SamplingScheme scheme, EstimatorRules rules, Allocation allocation, String name) {
        ParameterEstimator estimator = ParameterProblems.estimator(problem, Distribution.GAUSSIAN, scheme, rules);
        return new EstimatorRuns(estimator, EXAMPLES, allocation, TestSeeds.key("parameter estimator, " + name));
    }

    @Test
    void secondMomentOfLogisticLossesIsWithinTheBound(FalseAlarmLedger ledger) {
        RidgeProblem problem = (RidgeProblem) ParameterProblems.all().get("logistic");
        double[] gradient = problem.gradient(ParameterProblems.theta(), 0);
        double norm = 0;
        for (double value : gradient) {
            norm += value * value;
        }
        double smoothness = problem.norm(0) * problem.norm(0) / 4;
        double bound = VarianceBound.of(ParameterProblems.DIMENSION, norm, 0.03125, smoothness);
        for (SamplingScheme scheme : List.of(SamplingScheme.CLEAN_BASELINE, SamplingScheme.ANTITHETIC)) {
            ledger.declare("variance bound, logistic, " + scheme, BOUND.alpha());
            EstimatorRuns runs = boundRuns(problem, ParameterProblems.point(), scheme, EstimatorRules.of(scheme));
            TestResult result = new VarianceTest(BOUND).runAtMost(runs, bound);
            assertThat(result.verdict()).as("%s", result).isEqualTo(Verdict.ACCEPTED);
        }
        Mutants.Mutant mutant = Mutants.all().getFirst();
        EstimatorRuns wrong = boundRuns(problem, ParameterProblems.point(), mutant.scheme(), mutant.rules());
        TestResult result = new VarianceTest(BOUND).runAtMost(wrong, bound);
        assertThat(result.verdict()).as("%s: %s", mutant, result).isEqualTo(Verdict.REJECTED);
    }

    /**
     * A softmax regression: the Hessian of a cross-entropy in the logits has eigenvalues of at most ½, so that the loss is
     * β-smooth in weights and biases with β = (‖x‖² + 1)/2.
     */
    @Test
    void secondMomentOfANetworkLossIsWithinTheBound(FalseAlarmLedger ledger) {
        NetworkCase network = NetworkCase.linear();
        Parameters parameters = network.network().parameters();
        double norm = 0;
        for (double value : new OracleGradient(network).gradient(new int[] {0})) {
            norm += value * value;
        }
        double square = 1;
        for (double feature : network.features(0)) {
            square += feature * feature;
        }
        double bound = VarianceBound.of(parameters.dimension(), norm, 0.03125, square / 2);
        NetworkObjective objective = new NetworkObjective(network);
        for (SamplingScheme scheme : List.of(SamplingScheme.CLEAN_BASELINE, SamplingScheme.ANTITHETIC)) {
            ledger.declare("variance bound, softmax regression, " + scheme, BOUND.alpha());
            EstimatorRuns runs = boundRuns(objective, parameters, scheme, EstimatorRules.of(scheme));
            TestResult result = new VarianceTest(BOUND).runAtMost(runs, bound);
            assertThat(result.verdict()).as("%s", result).isEqualTo(Verdict.ACCEPTED);
        }
        Mutants.Mutant mutant = Mutants.all().getFirst();
        EstimatorRuns wrong = boundRuns(objective, parameters, mutant.scheme(), mutant.rules());
        TestResult result = new VarianceTest(BOUND).runAtMost(wrong, bound);
        assertThat(result.verdict()).as("%s: %s", mutant, result).isEqualTo(Verdict.REJECTED);
    }

    private static EstimatorRuns boundRuns(
            dev.flops.api.Objective objective, Parameters point, SamplingScheme scheme, EstimatorRules rules) {
        ParameterEstimator estimator = new ParameterEstimator(
                objective,
                point,
                ParameterProblems.OPS,
                new ParameterEstimatorConfig(scheme, Distribution.GAUSSIAN, 0.03125f, 64),
                rules);
        return new EstimatorRuns(
                estimator, new int[] {0}, Allocation.of(1), TestSeeds.key("variance bound, " + scheme));
    }
}
