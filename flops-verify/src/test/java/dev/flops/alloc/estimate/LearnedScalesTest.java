package dev.flops.alloc.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flops.api.Allocation;
import dev.flops.api.CostLedger;
import dev.flops.api.GradientEstimator;
import dev.flops.api.NumericalException;
import dev.flops.api.RandomKey;
import dev.flops.api.StateArrays;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.network.Site;
import dev.flops.tensor.spec.SimdWidth;
import dev.flops.verify.support.NetworkCase;
import dev.flops.verify.support.TestSeeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Scales that are learned: when, within which range, and that no step depends on its own noise through them. Exact, bit for bit. */
class LearnedScalesTest {
    private static final int[] EXAMPLES = {4, 0, 2};
    private static final Allocation SKEWED = Allocation.of(2, 9, 3);
    private static final float SIGMA = 0.1f;
    private static final NetworkCase PROBLEM = NetworkCase.visionTransformer();
    private static final RandomKey KEY = TestSeeds.key("learned scales");

    static Stream<Arguments> learning() {
        List<Arguments> list = new ArrayList<>();
        for (SiteMode mode : SiteMode.values()) {
            for (SamplingScheme scheme : SamplingScheme.values()) {
                list.add(Arguments.of(config(mode, scheme, new ScaleObjective.SmoothedLoss(1, 4))));
                list.add(Arguments.of(config(mode, scheme, new ScaleObjective.EstimatorVariance(0.1, 4))));
            }
        }
        return list.stream();
    }

    private static LikelihoodRatioConfig config(SiteMode mode, SamplingScheme scheme, ScaleObjective objective) {
        return new LikelihoodRatioConfig(mode, scheme, SIGMA, 4).withScales(objective);
    }

    private static LikelihoodRatioEstimator estimator(LikelihoodRatioConfig config) {
        return estimator(config, SimdWidth.AUTO, Workers.callingThread());
    }

    private static LikelihoodRatioEstimator estimator(LikelihoodRatioConfig config, SimdWidth width, Workers workers) {
        return new LikelihoodRatioEstimator(
                PROBLEM.network(),
                PROBLEM.network().parameters(),
                PROBLEM.data(),
                TensorOps.of(width),
                workers,
                config);
    }

    private static LikelihoodRatioEstimator estimator(LikelihoodRatioConfig config, List<SiteNoise> noise) {
        return new LikelihoodRatioEstimator(
                PROBLEM.network(),
                PROBLEM.network().parameters(),
                PROBLEM.data(),
                TensorOps.of(SimdWidth.AUTO),
                Workers.callingThread(),
                config,
                noise);
    }

    private static float[] run(GradientEstimator estimator, int step, RandomKey key) {
        return estimator
                .begin(step, EXAMPLES, key, new CostLedger())
                .estimate(SKEWED)
                .gradient();
    }

    /** Given its scales, a step's estimate is that of fixed scales: unbiased, since they do not depend on its noise. */
    @ParameterizedTest
    @MethodSource("learning")
    void aStepUsesWhatEarlierStepsHaveDecided(LikelihoodRatioConfig config) {
        LikelihoodRatioEstimator learning = estimator(config);
        for (int step = 0; step < 3; step++) {
            List<SiteNoise> before = learning.noise();
            float[] found = run(learning, step, KEY);
            List<SiteNoise> after = learning.noise();
            LikelihoodRatioConfig fixed = config.withScales(ScaleObjective.FIXED);
            assertThat(found).isEqualTo(run(estimator(fixed, before), step, KEY));
            assertThat(after).isNotEqualTo(before);
            assertThat(found).isNotEqualTo(run(estimator(fixed, after), step, KEY));
        }
    }

    /** The same history and other noise in the last step: the same scales there, others behind it. */
    @ParameterizedTest
    @MethodSource("learning")
    void theNoiseOfAStepTeachesTheNextOneOnly(LikelihoodRatioConfig config) {
        LikelihoodRatioEstimator one = estimator(config);
        LikelihoodRatioEstimator other = estimator(config);
        run(one, 0, KEY);
        run(other, 0, KEY);
        assertThat(one.noise()).isEqualTo(other.noise());
        GradientEstimator.Step open = other.begin(1, EXAMPLES, TestSeeds.key("other noise"), new CostLedger());
        assertThat(one.noise()).isEqualTo(other.noise());
        open.pilot(SKEWED);
        assertThat(one.noise()).isEqualTo(other.noise());
        open.estimate(SKEWED);
        run(one, 1, KEY);
        assertThat(one.noise()).isNotEqualTo(other.noise());
    }

    @ParameterizedTest
    @MethodSource("learning")
    void widthsThreadsChunksAndRecordingsChangeNoBit(LikelihoodRatioConfig config) {
        double[] once = stateAfterSteps(config, SimdWidth.SCALAR, 1);
        assertThat(once).doesNotContain(0);
        boolean layerWise = config.mode() == SiteMode.LAYER_WISE;
        LikelihoodRatioConfig cut = new LikelihoodRatioConfig(
                config.mode(),
                config.scheme(),
                config.sigma(),
                3,
                layerWise ? 2 : LikelihoodRatioConfig.ALL,
                config.scales());
        for (SimdWidth width : SimdWidth.values()) {
            assertThat(stateAfterSteps(cut, width, 2)).as("%s", width).isEqualTo(once);
        }
    }

    private static double[] stateAfterSteps(LikelihoodRatioConfig config, SimdWidth width, int threads) {
        try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
            Workers workers = threads == 1 ? Workers.callingThread() : Workers.on(executor, threads);
            LikelihoodRatioEstimator estimator = estimator(config, width, workers);
            for (int step = 0; step < 3; step++) {
                run(estimator, step, KEY);
            }
            return logFactors(estimator);
        }
    }

    private static double[] logFactors(LikelihoodRatioEstimator estimator) {
        StateArrays state = new StateArrays();
        estimator.state().saveTo(state);
        return state.doubles("logScaleFactors", estimator.sites().size());
    }

    @Test
    void scalesStayWithinTheirRange() {
        for (ScaleObjective objective :
                List.of(new ScaleObjective.SmoothedLoss(1e9, 4), new ScaleObjective.EstimatorVariance(1e9, 4))) {
            LikelihoodRatioEstimator wild = estimator(config(SiteMode.ALL_SITES, SamplingScheme.ANTITHETIC, objective));
            for (int step = 0; step < 3; step++) {
                run(wild, step, KEY);
                for (int j = 0; j < wild.sites().size(); j++) {
                    assertThat(Math.abs(logFactors(wild)[j])).isEqualTo(StrictMath.log(4));
                    assertThat(wild.noise().get(j).sigma()).isBetween(SIGMA / 4.0001f, SIGMA * 4.0001f);
                }
            }
        }
    }

    @Test
    void aRestoredStateGoesOnAsTheFirst() {
        LikelihoodRatioConfig config = config(
                SiteMode.LAYER_WISE, SamplingScheme.CLEAN_BASELINE, new ScaleObjective.EstimatorVariance(0.1, 4));
        LikelihoodRatioEstimator first = estimator(config);
        run(first, 0, KEY);
        StateArrays state = new StateArrays();
        first.state().saveTo(state);
        LikelihoodRatioEstimator second = estimator(config);
        second.state().restoreFrom(state);
        assertThat(run(second, 1, KEY)).isEqualTo(run(first, 1, KEY));
        assertThat(logFactors(second)).isEqualTo(logFactors(first));
        for (double bad : new double[] {Double.NaN, 2, Double.NEGATIVE_INFINITY}) {
            double[] values = logFactors(first);
            values[1] = bad;
            StateArrays broken = new StateArrays();
            broken.putDoubles("logScaleFactors", values);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> second.state().restoreFrom(broken))
                    .withMessageStartingWith("state logScaleFactors[1] = " + bad + ", expected a number from -1.38");
        }
    }

    @Test
    void fixedScalesHaveNoState() {
        LikelihoodRatioEstimator fixed = estimator(LikelihoodRatioConfig.DEFAULT);
        run(fixed, 0, KEY);
        StateArrays state = new StateArrays();
        fixed.state().saveTo(state);
        assertThat(state.entries()).isEmpty();
        assertThat(fixed.noise()).containsOnly(SiteNoise.activations(0.05f));
    }

    /** A step that fails leaves the scales of the step before it. */
    @Test
    void aFailedStepTeachesNothing() {
        LikelihoodRatioConfig config = new LikelihoodRatioConfig(
                        SiteMode.LAYER_WISE, SamplingScheme.CLEAN_BASELINE, Float.MAX_VALUE / 16, 4)
                .withScales(new ScaleObjective.SmoothedLoss(1, 2));
        LikelihoodRatioEstimator estimator = estimator(config);
        assertThatThrownBy(() -> run(estimator, 0, KEY)).isInstanceOf(NumericalException.class);
        assertThat(logFactors(estimator)).containsOnly(0);
    }

    /** No query is paid for what is learned. */
    @ParameterizedTest
    @MethodSource("learning")
    void learningCostsNoQuery(LikelihoodRatioConfig config) {
        CostLedger learned = new CostLedger();
        CostLedger fixed = new CostLedger();
        estimator(config).begin(0, EXAMPLES, KEY, learned).estimate(SKEWED);
        estimator(config.withScales(ScaleObjective.FIXED))
                .begin(0, EXAMPLES, KEY, fixed)
                .estimate(SKEWED);
        assertThat(learned.queries()).isEqualTo(fixed.queries());
        assertThat(learned.flops()).isGreaterThan(fixed.flops());
    }

    @Test
    void refusesWhatCannotBeLearned() {
        ScaleObjective objective = new ScaleObjective.SmoothedLoss(1, 100);
        LikelihoodRatioConfig config = config(SiteMode.ALL_SITES, SamplingScheme.ANTITHETIC, objective);
        List<Site> sites = PROBLEM.network().sites();
        SiteNoise[] low = new SiteNoise[sites.size()];
        Arrays.fill(low, SiteNoise.activations(SIGMA));
        int product = 0;
        while (!new PerturbedSpace.Weights().at(sites.get(product))) {
            product++;
        }
        low[product] = new SiteNoise(new PerturbedSpace.LowRankWeights(2), SIGMA);
        String name = "noise[" + product + "]";
        assertThatIllegalArgumentException()
                .isThrownBy(() -> estimator(config, List.of(low)))
                .withMessageStartingWith(name + ".space = weights of rank 2")
                .withMessageContaining("expected activations or weights");
        for (float sigma : new float[] {Float.MIN_VALUE, Float.MAX_VALUE}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () -> estimator(config, Collections.nCopies(sites.size(), SiteNoise.activations(sigma))))
                    .withMessage("range = 100.0 with noise[0].sigma = " + sigma
                            + ", expected scales within the range of float");
        }
    }
}
