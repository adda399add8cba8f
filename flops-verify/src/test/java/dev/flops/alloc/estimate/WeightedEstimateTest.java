package dev.flops.alloc.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.flops.alloc.direction.GaussianDirections;
import dev.flops.api.Allocation;
import dev.flops.api.CostLedger;
import dev.flops.api.Distribution;
import dev.flops.api.GradientEstimate;
import dev.flops.api.GradientEstimator;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.spec.SimdWidth;
import dev.flops.verify.support.NetworkCase;
import dev.flops.verify.support.TestSeeds;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** ĝ = (1/B) Σ ω_i (mean of example i): weights, examples without samples, pilots and two stages, in every estimator that has them. */
class WeightedEstimateTest {
    private static final int STEP = 3;
    private static final int[] EXAMPLES = {2, 0, 1};

    static Stream<Arguments> estimators() {
        NetworkCase problem = NetworkCase.tokens();
        Stream<Arguments> networks = Stream.of(SiteMode.values())
                .map(mode -> Arguments.of(
                        "likelihood ratio, " + mode,
                        new LikelihoodRatioEstimator(
                                problem.network(),
                                problem.network().parameters(),
                                problem.data(),
                                TensorOps.of(SimdWidth.AUTO),
                                Workers.callingThread(),
                                new LikelihoodRatioConfig(mode, SamplingScheme.CLEAN_BASELINE, 0.1f, 4))));
        Stream<Arguments> parameters = Stream.of(SamplingScheme.values())
                .map(scheme -> Arguments.of(
                        "parameters, " + scheme,
                        ParameterProblems.estimator(
                                ParameterProblems.all().get("quadratic"),
                                Distribution.GAUSSIAN,
                                scheme,
                                EstimatorRules.of(scheme))));
        return Stream.concat(networks, parameters);
    }

    private static GradientEstimator.Step open(GradientEstimator estimator, CostLedger ledger) {
        return estimator.begin(STEP, EXAMPLES, TestSeeds.key("weighted estimates"), ledger);
    }

    private static float[] estimate(GradientEstimator estimator, Allocation allocation) {
        return open(estimator, new CostLedger()).estimate(allocation).gradient();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("estimators")
    void weightOneIsNoWeight(String name, GradientEstimator estimator) {
        assertThat(estimate(estimator, Allocation.weighted(new int[] {2, 3, 1}, new double[] {1, 1, 1})))
                .isEqualTo(estimate(estimator, Allocation.of(2, 3, 1)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("estimators")
    void anEstimateIsTheWeightedSumOfItsExamples(String name, GradientEstimator estimator) {
        float[] first = estimate(estimator, Allocation.weighted(new int[] {2, 0, 0}, new double[] {1, 0, 0}));
        float[] last = estimate(estimator, Allocation.weighted(new int[] {0, 0, 3}, new double[] {0, 0, 1}));
        float[] both = estimate(estimator, Allocation.weighted(new int[] {2, 0, 3}, new double[] {0.5, 0, 4}));
        double largest = 0;
        for (float value : both) {
            largest = Math.max(largest, Math.abs(value));
        }
        assertThat(largest).isPositive();
        for (int d = 0; d < both.length; d++) {
            assertThat((double) both[d]).isCloseTo(0.5 * first[d] + 4.0 * last[d], within(1e-5 * largest));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("estimators")
    void anExampleWithoutSamplesCostsNothingAndIsUnknown(String name, GradientEstimator estimator) {
        CostLedger ledger = new CostLedger();
        GradientEstimate found =
                open(estimator, ledger).estimate(Allocation.weighted(new int[] {2, 0, 3}, new double[] {1, 0, 1}));
        assertThat(found.sampleVariances()[1]).isNaN();
        assertThat(found.sampleVariances()[0]).isPositive();
        assertThat(found.meanLoss()).isFinite();
        assertThat(ledger.queries(CostLedger.Kind.PERTURBED))
                .isEqualTo(5L * estimator.cost().queriesPerSample());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("estimators")
    void aPilotHasItsOwnPerturbationsAndIsCountedAsOne(String name, GradientEstimator estimator) {
        CostLedger ledger = new CostLedger();
        GradientEstimator.Step step = open(estimator, ledger);
        float[] pilot = step.pilot(Allocation.of(2, 2, 2)).gradient();
        assertThat(ledger.queries(CostLedger.Kind.PILOT))
                .isEqualTo(6L * estimator.cost().queriesPerSample());
        assertThat(ledger.queries(CostLedger.Kind.PERTURBED)).isZero();
        float[] samples = step.estimate(Allocation.of(2, 2, 2)).gradient();
        assertThat(pilot).isNotEqualTo(samples);
        // A pilot changes no sample.
        assertThat(samples).isEqualTo(estimate(estimator, Allocation.of(2, 2, 2)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("estimators")
    void twoStagesCombineWithAWeightThatIsFixed(String name, GradientEstimator estimator) {
        Allocation pilotShares = Allocation.equal(3, 6);
        Allocation shares = Allocation.of(1, 6, 2);
        GradientEstimator.Step plain = open(estimator, new CostLedger());
        GradientEstimate pilot = plain.pilot(pilotShares);
        GradientEstimate samples = plain.estimate(shares);
        for (PilotEstimator.Use use : PilotEstimator.Use.values()) {
            PilotEstimator staged = new PilotEstimator(estimator, 2, use);
            GradientEstimator.Step step = open(staged, new CostLedger());
            assertThat(step.signals().pilotVariances()).isEqualTo(pilot.sampleVariances());
            GradientEstimate found = step.estimate(shares);
            double beta = use == PilotEstimator.Use.SPLIT ? 0 : 6.0 / 15;
            for (int d = 0; d < found.gradient().length; d++) {
                double expected = beta * pilot.gradient()[d] + (1 - beta) * samples.gradient()[d];
                assertThat((double) found.gradient()[d]).isCloseTo(expected, within(1e-6 * (1 + Math.abs(expected))));
            }
            for (int i = 0; i < 3; i++) {
                int n = shares.samples(i);
                double expected = (2 * pilot.sampleVariances()[i] + n * samples.sampleVariances()[i]) / (2 + n);
                assertThat(found.sampleVariances()[i]).isCloseTo(expected, within(1e-9 * expected));
            }
            assertThat(staged.cost().cleanQueriesPerExample())
                    .isEqualTo(estimator.cost().cleanQueriesPerExample()
                            + 2 * estimator.cost().queriesPerSample());
            assertThat(List.of(staged.cost().queriesPerSample(), staged.cost().minimumSamples()))
                    .isEqualTo(List.of(
                            estimator.cost().queriesPerSample(),
                            estimator.cost().minimumSamples()));
        }
    }

    @Test
    void estimatorsThatDoNotWeightRefuse() {
        Allocation weighted = Allocation.weighted(new int[] {2, 2, 2}, new double[] {1, 1, 1});
        GradientEstimator ranks = new RankShapedEstimator(
                ParameterProblems.all().get("quadratic"),
                ParameterProblems.point(),
                ParameterProblems.OPS,
                new RankShapedConfig(
                        new GaussianDirections(), Difference.CENTRAL, RankScope.EXAMPLE, ParameterProblems.SIGMA, 64));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> open(ranks, new CostLedger()).estimate(weighted))
                .withMessageStartingWith("allocation is weighted");
    }
}
