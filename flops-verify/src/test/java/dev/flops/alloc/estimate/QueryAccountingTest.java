package dev.flops.alloc.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flops.alloc.direction.GaussianDirections;
import dev.flops.api.Allocation;
import dev.flops.api.CostLedger;
import dev.flops.api.Distribution;
import dev.flops.api.GradientEstimator;
import dev.flops.api.NumericalException;
import dev.flops.api.Objective;
import dev.flops.api.QueryBudget;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.network.ForwardContext;
import dev.flops.tensor.network.Network;
import dev.flops.tensor.network.PackedParameters;
import dev.flops.tensor.spec.SimdWidth;
import dev.flops.verify.problem.SmoothProblem;
import dev.flops.verify.support.MemoryExamples;
import dev.flops.verify.support.NetworkCase;
import dev.flops.verify.support.TestSeeds;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every query is counted, budgets are kept, and a step changes no parameter. */
class QueryAccountingTest {
    private static final int[] EXAMPLES = {4, 0, 2};
    private static final Allocation ODD = Allocation.of(1, 4, 2);

    private static LikelihoodRatioEstimator estimator(NetworkCase problem, SiteMode mode, SamplingScheme scheme) {
        return new LikelihoodRatioEstimator(
                problem.network(),
                problem.network().parameters(),
                problem.data(),
                TensorOps.of(SimdWidth.AUTO),
                Workers.callingThread(),
                new LikelihoodRatioConfig(mode, scheme, 0.05f, 4));
    }

    @Test
    void layerWiseSamplesCostOneQueryPerSiteAndSide() {
        assertQueries(SiteMode.LAYER_WISE, SamplingScheme.ONE_POINT, 7 * 3);
        assertQueries(SiteMode.LAYER_WISE, SamplingScheme.CLEAN_BASELINE, 7 * 3);
        assertQueries(SiteMode.LAYER_WISE, SamplingScheme.ANTITHETIC, 2 * 7 * 3);
    }

    @Test
    void wholeSamplesCostOneQueryPerSide() {
        assertQueries(SiteMode.ALL_SITES, SamplingScheme.ONE_POINT, 7);
        assertQueries(SiteMode.ALL_SITES, SamplingScheme.CLEAN_BASELINE, 7);
        assertQueries(SiteMode.ALL_SITES, SamplingScheme.ANTITHETIC, 2 * 7);
    }

    /** A gradient for each block of 16 samples that waits to be added up, and a loss a query. */
    @Test
    void theBytesOfAStepIncludePartialSums() {
        NetworkCase problem = NetworkCase.all().get(2);
        long[] bytes = new long[2];
        for (int blocks = 1; blocks <= 2; blocks++) {
            LikelihoodRatioEstimator estimator = estimator(problem, SiteMode.ALL_SITES, SamplingScheme.CLEAN_BASELINE);
            CostLedger ledger = new CostLedger();
            estimator.begin(0, new int[] {1}, TestSeeds.key("bytes"), ledger).estimate(Allocation.of(16 * blocks));
            bytes[blocks - 1] = ledger.peakBytes();
        }
        int dimension = problem.network().parameters().dimension();
        assertThat(bytes[1] - bytes[0]).isEqualTo((long) Float.BYTES * (dimension + 16));
    }

    private static void assertQueries(SiteMode mode, SamplingScheme scheme, long perturbed) {
        NetworkCase problem = NetworkCase.all().get(2);
        assertThat(problem.network().sites()).hasSize(3);
        LikelihoodRatioEstimator estimator = estimator(problem, mode, scheme);
        CostLedger ledger = new CostLedger();
        estimator.begin(0, EXAMPLES, TestSeeds.key("queries"), ledger).estimate(ODD);
        assertThat(ledger.queries(CostLedger.Kind.CLEAN)).isEqualTo(EXAMPLES.length);
        assertThat(ledger.queries(CostLedger.Kind.PERTURBED)).isEqualTo(perturbed);
        assertThat(ledger.queries()).isEqualTo(EXAMPLES.length + perturbed);
    }

    @ParameterizedTest
    @EnumSource
    void parameterSamplesCostTheirScheme(SamplingScheme scheme) {
        SmoothProblem problem = ParameterProblems.all().get("quadratic");
        GradientEstimator estimator =
                ParameterProblems.estimator(problem, Distribution.GAUSSIAN, scheme, EstimatorRules.of(scheme));
        CostLedger ledger = new CostLedger();
        estimator
                .begin(0, new int[] {1, 2, 0}, TestSeeds.key("queries"), ledger)
                .estimate(ODD);
        assertThat(ledger.queries(CostLedger.Kind.CLEAN)).isEqualTo(scheme == SamplingScheme.CLEAN_BASELINE ? 3 : 0);
        assertThat(ledger.queries(CostLedger.Kind.PERTURBED)).isEqualTo(scheme == SamplingScheme.ANTITHETIC ? 14 : 7);
    }

    /** A forward of each query, two operations an entry to form its point, and as many to add its direction up. */
    @Test
    void aParameterSampleCostsItsForwardsAndItsDirection() {
        NetworkCase problem = NetworkCase.visionTransformer();
        TensorOps ops = TensorOps.of(SimdWidth.AUTO);
        Network network = problem.network();
        int d = network.parameters().dimension();
        ForwardContext one = ForwardContext.inference(ops, new PackedParameters(ops, network), new Workspace());
        one.run(network, Tensor.zeros(oneExample(network)));
        NetworkBlackBox box = new NetworkBlackBox(network, problem.data(), ops, Workers.callingThread());
        long samples = ODD.total();
        long expected = 2 * samples * one.flops() + 2 * samples * 2L * d + samples * 2L * d;
        for (GradientEstimator estimator : List.of(
                new ParameterEstimator(
                        (Objective) box,
                        network.parameters(),
                        ops,
                        ParameterEstimatorConfig.central(new GaussianDirections(), 0.05f)),
                new MezoEstimator(
                        box, network.parameters(), ops, new MezoConfig(Distribution.GAUSSIAN, 0.05f, false)))) {
            CostLedger ledger = new CostLedger();
            estimator.begin(0, EXAMPLES, TestSeeds.key("flops"), ledger).estimate(ODD);
            assertThat(ledger.flops()).as(estimator.name()).isEqualTo(expected);
        }
    }

    private static int[] oneExample(Network network) {
        return IntStream.concat(
                        IntStream.of(1), IntStream.of(network.inputShape().toArray()))
                .toArray();
    }

    @Test
    void anOddBudgetLeavesOneQueryOfAPairUnspent() {
        LikelihoodRatioEstimator estimator =
                estimator(NetworkCase.linear(), SiteMode.ALL_SITES, SamplingScheme.ANTITHETIC);
        for (long queries : new long[] {17, 18}) {
            int samples = new QueryBudget(queries).samples(estimator.cost(), EXAMPLES.length, 1);
            assertThat(samples).isEqualTo(7);
            CostLedger ledger = new CostLedger();
            estimator
                    .begin(0, EXAMPLES, TestSeeds.key("odd budget"), ledger)
                    .estimate(Allocation.equal(EXAMPLES.length, samples));
            assertThat(ledger.queries()).isEqualTo(17);
        }
    }

    @Test
    void aBudgetThatCannotServeEveryExampleIsRefused() {
        LikelihoodRatioEstimator estimator =
                estimator(NetworkCase.tokens(), SiteMode.LAYER_WISE, SamplingScheme.ANTITHETIC);
        assertThat(new QueryBudget(15).samples(estimator.cost(), 3, 1)).isEqualTo(3);
        assertThatThrownBy(() -> new QueryBudget(14).samples(estimator.cost(), 3, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("budget = 14 queries per step, expected >= 15");
    }

    @ParameterizedTest
    @EnumSource
    void aStepLeavesTheParametersAsTheyWere(SiteMode mode) {
        NetworkCase problem = NetworkCase.visionTransformer();
        float[] before = problem.network().parameters().values().clone();
        estimator(problem, mode, SamplingScheme.ANTITHETIC)
                .begin(0, EXAMPLES, TestSeeds.key("unchanged"), new CostLedger())
                .estimate(ODD);
        assertThat(bits(problem.network().parameters().values())).isEqualTo(bits(before));
    }

    /** The mutant shifts the parameters in place and back, as many a zeroth-order trainer does: rounding stays behind. */
    @Test
    void shiftingTheParametersAndBackIsRejected() {
        NetworkCase problem = NetworkCase.visionTransformer();
        float[] values = problem.network().parameters().values();
        int[] before = bits(values);
        EstimatorRules right = EstimatorRules.of(SamplingScheme.ANTITHETIC);
        EstimatorRules mutant = new EstimatorRules(right.weight(), right.scale(), counter1 -> {
            for (int d = 0; d < values.length; d++) {
                values[d] = values[d] + 0.05f - 0.05f;
            }
            return counter1;
        });
        new LikelihoodRatioEstimator(
                        problem.network(),
                        problem.network().parameters(),
                        problem.data(),
                        TensorOps.of(SimdWidth.AUTO),
                        Workers.callingThread(),
                        new LikelihoodRatioConfig(SiteMode.LAYER_WISE, SamplingScheme.ANTITHETIC, 0.05f, 4),
                        mutant)
                .begin(0, EXAMPLES, TestSeeds.key("unchanged"), new CostLedger())
                .estimate(ODD);
        assertThat(bits(values)).isNotEqualTo(before);
    }

    @Test
    void aParameterEstimateLeavesThePointAsItWas() {
        SmoothProblem problem = ParameterProblems.all().get("logistic");
        ParameterEstimator estimator = ParameterProblems.estimator(
                problem,
                Distribution.RADEMACHER,
                SamplingScheme.ANTITHETIC,
                EstimatorRules.of(SamplingScheme.ANTITHETIC));
        int[] before = bits(estimator.parameters().values());
        estimator
                .begin(0, new int[] {0, 1, 2}, TestSeeds.key("unchanged"), new CostLedger())
                .estimate(ODD);
        assertThat(bits(estimator.parameters().values())).isEqualTo(before);
    }

    private static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        for (int d = 0; d < bits.length; d++) {
            bits[d] = Float.floatToRawIntBits(values[d]);
        }
        return bits;
    }

    @Test
    void repeatedExamplesAreRefused() {
        LikelihoodRatioEstimator estimator =
                estimator(NetworkCase.linear(), SiteMode.LAYER_WISE, SamplingScheme.CLEAN_BASELINE);
        assertThatThrownBy(() -> estimator.begin(0, new int[] {3, 1, 3}, TestSeeds.key("twice"), new CostLedger()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("examples[2] = 3 appears twice");
    }

    @Test
    void aLossThatIsNotFiniteNamesExampleAndStep() {
        NetworkCase problem = NetworkCase.linear();
        MemoryExamples data = problem.data();
        data.features()[2][0] = Float.NaN;
        int[] before = bits(problem.network().parameters().values());
        LikelihoodRatioEstimator estimator = estimator(problem, SiteMode.LAYER_WISE, SamplingScheme.CLEAN_BASELINE);
        assertThatThrownBy(() -> estimator.begin(11, EXAMPLES, TestSeeds.key("nan"), new CostLedger()))
                .isInstanceOf(NumericalException.class)
                .hasMessageContaining("example 2")
                .hasMessageContaining("step 11");
        assertThat(bits(problem.network().parameters().values())).isEqualTo(before);
    }

    @Test
    void aPerturbedLossThatIsNotFiniteNamesExampleSampleAndStep() {
        NetworkCase problem = NetworkCase.linear();
        LikelihoodRatioEstimator estimator = new LikelihoodRatioEstimator(
                problem.network(),
                problem.network().parameters(),
                problem.data(),
                TensorOps.of(SimdWidth.AUTO),
                Workers.callingThread(),
                new LikelihoodRatioConfig(SiteMode.LAYER_WISE, SamplingScheme.CLEAN_BASELINE, Float.MAX_VALUE, 4));
        var step = estimator.begin(12, EXAMPLES, TestSeeds.key("overflow"), new CostLedger());
        assertThatThrownBy(() -> step.estimate(Allocation.of(8, 8, 8)))
                .isInstanceOf(NumericalException.class)
                .hasMessageContaining("perturbed loss")
                .hasMessageContaining("example ")
                .hasMessageContaining("sample ")
                .hasMessageContaining("step 12");
    }
}
