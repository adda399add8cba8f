package dev.flops.alloc.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flops.api.Allocation;
import dev.flops.api.Parameters.Parameter;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.spec.SimdWidth;
import dev.flops.verify.gradient.EstimatorRuns;
import dev.flops.verify.gradient.Projection;
import dev.flops.verify.gradient.UnbiasednessTest;
import dev.flops.verify.stat.FalseAlarmLedger;
import dev.flops.verify.stat.MeanTestDesign;
import dev.flops.verify.stat.TestResult;
import dev.flops.verify.stat.Verdict;
import dev.flops.verify.support.NetworkCase;
import dev.flops.verify.support.OracleGradient;
import dev.flops.verify.support.SuiteLedger;
import dev.flops.verify.support.TestSeeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The likelihood-ratio estimator is unbiased for ∇L, whatever the allocation.
 *
 * <p>Oracle: central differences of a double-precision network that shares no code. Hypotheses, Holm-corrected: for each
 * parameter the projection of ĝ on the oracle's gradient of that parameter, and the sum of its entries; and four random
 * directions over all parameters.
 *
 * <p>The estimator's target is the loss smoothed with σ = 0.005. The smoothing bias along each direction is computed to
 * leading order, (σ²/2) u·∇ΔL over the sites, and twice its magnitude is the tolerance of H0; what is left is O(σ⁴). Along a
 * parameter's gradient it must be below 5 % of that gradient. Rounding of losses to float adds at most 3·10⁻⁷ E|ε h|/σ ≈
 * 5·10⁻⁵ per unit direction, if it were systematic. Kinks of the convolutional network are 32 σ away.
 */
@ExtendWith(SuiteLedger.class)
class LikelihoodRatioUnbiasednessTest {
    private static final float SIGMA = 0.005f;
    private static final double ROUNDING = 5e-5;
    private static final List<String> LARGE = List.of("vit", "cnn");
    private static final double SMALLEST_DEFECT = 0.15;
    private static final double ALPHA = 1e-5;
    private static final double BETA = 1e-3;

    /**
     * A batch, an allocation and the skewness of u·ĝ. One sample along the gradient has skewness √8; with n_i samples of the
     * example that has all of the gradient it is √(8/n_i), and a third is added for curvature and for the error of the
     * skewness that is measured.
     */
    private record Setting(int[] examples, Allocation allocation) {
        MeanTestDesign design() {
            int least = Arrays.stream(allocation.toArray()).min().orElseThrow();
            return new MeanTestDesign(SMALLEST_DEFECT, ALPHA, BETA, Math.sqrt(8.0 / least) * 4 / 3);
        }
    }

    private static final Setting USUAL = new Setting(new int[] {4, 0}, Allocation.of(8, 24));

    /** A single example, for the networks that take longest. */
    private static final Setting SINGLE = new Setting(new int[] {2}, Allocation.of(32));

    static Stream<Arguments> cases() {
        List<Arguments> list = new ArrayList<>();
        for (NetworkCase problem : NetworkCase.all()) {
            for (SiteMode mode : SiteMode.values()) {
                list.add(Arguments.of(problem, mode, SamplingScheme.CLEAN_BASELINE));
                list.add(Arguments.of(problem, mode, SamplingScheme.ANTITHETIC));
            }
        }
        return list.stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void estimateIsUnbiased(NetworkCase problem, SiteMode mode, SamplingScheme scheme, FalseAlarmLedger ledger) {
        ledger.declare("likelihood ratio, mean, " + problem + ", " + mode + ", " + scheme, ALPHA);
        Setting setting = LARGE.contains(problem.name()) ? SINGLE : USUAL;
        assertAccepted(test(problem, mode, scheme, EstimatorRules.of(scheme), setting));
    }

    /** The allocations that an allocator may come to; the first example is given many samples, or the fewest possible. */
    enum Shares {
        EQUAL,
        MOST_TO_ONE,
        LEAST;

        Allocation allocation() {
            return switch (this) {
                case EQUAL -> Allocation.of(8, 8, 8);
                case MOST_TO_ONE -> Allocation.of(22, 1, 1);
                case LEAST -> Allocation.of(1, 1, 1);
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void expectationDoesNotDependOnTheAllocation(Shares shares, FalseAlarmLedger ledger) {
        for (SiteMode mode : SiteMode.values()) {
            ledger.declare("likelihood ratio, allocation, " + shares + ", " + mode, ALPHA);
            SamplingScheme scheme = SamplingScheme.CLEAN_BASELINE;
            Setting setting = new Setting(new int[] {4, 0, 2}, shares.allocation());
            assertAccepted(test(NetworkCase.tokens(), mode, scheme, EstimatorRules.of(scheme), setting));
        }
    }

    static Stream<Arguments> mutants() {
        List<Arguments> list = new ArrayList<>();
        for (Mutants.Mutant mutant : Mutants.all()) {
            for (SiteMode mode : SiteMode.values()) {
                list.add(Arguments.of(mutant, mode));
            }
        }
        return list.stream();
    }

    @ParameterizedTest
    @MethodSource("mutants")
    void rejects(Mutants.Mutant mutant, SiteMode mode) {
        List<TestResult> results = test(NetworkCase.tokens(), mode, mutant.scheme(), mutant.rules(), USUAL);
        assertThat(results).anySatisfy(r -> assertThat(r.verdict()).as("%s", r).isEqualTo(Verdict.REJECTED));
    }

    private static void assertAccepted(List<TestResult> results) {
        assertThat(results).allSatisfy(r -> assertThat(r.verdict()).as("%s", r).isEqualTo(Verdict.ACCEPTED));
    }

    private static List<TestResult> test(
            NetworkCase problem, SiteMode mode, SamplingScheme scheme, EstimatorRules rules, Setting setting) {
        LikelihoodRatioEstimator estimator = new LikelihoodRatioEstimator(
                problem.network(),
                problem.network().parameters(),
                problem.data(),
                TensorOps.of(SimdWidth.AUTO),
                Workers.callingThread(),
                new LikelihoodRatioConfig(mode, scheme, SIGMA, 32),
                rules);
        String name = "unbiased, " + problem + ", " + mode + ", " + scheme + ", " + setting.allocation();
        EstimatorRuns runs =
                new EstimatorRuns(estimator, setting.examples(), setting.allocation(), TestSeeds.key(name));
        return new UnbiasednessTest(setting.design()).run(runs, projections(problem, mode, setting.examples()));
    }

    private static List<Projection> projections(NetworkCase problem, SiteMode mode, int[] examples) {
        OracleGradient oracle = new OracleGradient(problem);
        double[] gradient = oracle.gradient(examples);
        List<Projection> projections = new ArrayList<>();
        for (Parameter p : problem.network().parameters().list()) {
            double[] along = new double[gradient.length];
            System.arraycopy(gradient, p.offset(), along, p.offset(), p.length());
            double[] sum = new double[gradient.length];
            Arrays.fill(sum, p.offset(), p.offset() + p.length(), 1);
            Projection main = projection("gradient of " + p.name(), along, gradient, oracle, mode, examples);
            assertThat(main.tolerance())
                    .as("tolerance along the %s", main.name())
                    .isLessThan(0.05 * main.expected());
            projections.add(main);
            projections.add(projection("sum of " + p.name(), sum, gradient, oracle, mode, examples));
        }
        SplittableRandom random = TestSeeds.problems("directions");
        for (int j = 0; j < 4; j++) {
            double[] direction = new double[gradient.length];
            Arrays.setAll(direction, d -> random.nextGaussian());
            projections.add(projection("random direction " + j, direction, gradient, oracle, mode, examples));
        }
        return projections;
    }

    private static Projection projection(
            String name, double[] direction, double[] gradient, OracleGradient oracle, SiteMode mode, int[] examples) {
        double norm = Math.sqrt(dot(direction, direction));
        double[] unit = new double[direction.length];
        Arrays.setAll(unit, d -> direction[d] / norm);
        double bias = oracle.smoothingBias(unit, examples, SIGMA, mode == SiteMode.LAYER_WISE);
        return new Projection(name, unit, dot(unit, gradient), 2 * Math.abs(bias) + ROUNDING);
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
