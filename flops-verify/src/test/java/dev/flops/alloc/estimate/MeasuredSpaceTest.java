package dev.flops.alloc.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.flops.api.Allocation;
import dev.flops.api.CostLedger;
import dev.flops.api.GradientTarget;
import dev.flops.api.Parameters;
import dev.flops.api.RandomKey;
import dev.flops.api.SiteAllocation;
import dev.flops.api.StateArrays;
import dev.flops.models.layer.Linear;
import dev.flops.tensor.Shape;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.network.Initializer;
import dev.flops.tensor.network.Network;
import dev.flops.tensor.network.NetworkBuilder;
import dev.flops.tensor.spec.SimdWidth;
import dev.flops.verify.stat.FalseAlarmLedger;
import dev.flops.verify.support.MemoryExamples;
import dev.flops.verify.support.SuiteLedger;
import dev.flops.verify.support.TestSeeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Sites choose what they perturb. A linear site with T tokens of k numbers under a head with random weights, so that ∂ℓ/∂a differs from token to
 * token: E‖ΔᵀH‖² ≈ ‖Δ‖²‖H‖²/T, and weights have about (k + 1)/T of the variance of activations: 1/10 and 9 in the two networks here. Even if one
 * example's 64 samples, each a χ² of one degree, outweighed all others, a pilot would tell a factor of 4 wrongly with probability
 * P(F(64, 64) &gt; 4) &lt; 10⁻⁷ (Fisher's distribution, integrated numerically).
 */
@ExtendWith(SuiteLedger.class)
class MeasuredSpaceTest {
    private static final int[] EXAMPLES = {4, 0, 2, 1, 5, 3};
    private static final Allocation SKEWED = Allocation.of(1, 3, 2, 1, 4, 1);
    private static final int SAMPLES = 64;
    private static final float SIGMA = 0.02f;
    private static final PerturbedSpace ACTIVATIONS = new PerturbedSpace.Activations();
    private static final PerturbedSpace FULL = new PerturbedSpace.Weights();
    private static final PerturbedSpace LOW = new PerturbedSpace.LowRankWeights(4);
    private static final List<PerturbedSpace> ALL = List.of(ACTIVATIONS, FULL, LOW);
    private static final Case MANY_TOKENS = Case.of(30, 2);
    private static final Case ONE_TOKEN = Case.of(1, 8);
    private static final RandomKey KEY = TestSeeds.key("measured spaces");

    /** Tokens, and the site "first" alone is trained. */
    private record Case(Network network, Parameters trained, MemoryExamples data) {
        static Case of(int tokens, int inputs) {
            NetworkBuilder b = new NetworkBuilder(7);
            Linear first = new Linear(b, "first", inputs, 3, Initializer.normal(0.5));
            Linear head = new Linear(b, "head", 3 * tokens, 3, Initializer.normal(0.5));
            Network network = b.build(
                    "measured",
                    Shape.of(tokens, inputs),
                    3,
                    (context, x) -> head.forward(context, context.reshape(first.forward(context, x), 3 * tokens)));
            return new Case(
                    network,
                    network.parameters().select(name -> name.startsWith("first")),
                    MemoryExamples.random(6, 3, TestSeeds.problems("measured spaces"), tokens, inputs));
        }

        LikelihoodRatioEstimator plain(LikelihoodRatioConfig config) {
            return new LikelihoodRatioEstimator(
                    network, trained, data, TensorOps.of(SimdWidth.AUTO), Workers.callingThread(), config);
        }

        LikelihoodRatioEstimator with(SamplingScheme scheme, List<SiteNoise> noise) {
            return new LikelihoodRatioEstimator(
                    network,
                    trained,
                    data,
                    TensorOps.of(SimdWidth.AUTO),
                    Workers.callingThread(),
                    config(scheme),
                    noise);
        }

        MeasuredSpaceEstimator measured(SamplingScheme scheme, List<PerturbedSpace> candidates, int interval) {
            return new MeasuredSpaceEstimator(plain(config(scheme)), candidates, SAMPLES, interval);
        }
    }

    private static LikelihoodRatioConfig config(SamplingScheme scheme) {
        return new LikelihoodRatioConfig(SiteMode.LAYER_WISE, scheme, SIGMA, 4);
    }

    @ParameterizedTest
    @EnumSource(names = {"CLEAN_BASELINE", "ANTITHETIC"})
    void weightsWinWithManyIncoherentTokensAndActivationsWithOne(SamplingScheme scheme, FalseAlarmLedger ledger) {
        ledger.declare("measured spaces, " + scheme, 8e-7);
        for (List<PerturbedSpace> candidates : List.of(ALL, ALL.reversed())) {
            assertThat(chosen(MANY_TOKENS, scheme, candidates)).isIn(FULL, LOW);
            assertThat(chosen(ONE_TOKEN, scheme, candidates)).isEqualTo(ACTIVATIONS);
        }
        assertThat(chosen(MANY_TOKENS, scheme, List.of(ACTIVATIONS, FULL))).isEqualTo(FULL);
        assertThat(chosen(MANY_TOKENS, scheme, List.of(ACTIVATIONS, LOW))).isEqualTo(LOW);
        assertThat(chosen(ONE_TOKEN, scheme, List.of(LOW, ACTIVATIONS))).isEqualTo(ACTIVATIONS);
    }

    private static PerturbedSpace chosen(Case problem, SamplingScheme scheme, List<PerturbedSpace> candidates) {
        MeasuredSpaceEstimator measured = problem.measured(scheme, candidates, Integer.MAX_VALUE);
        measured.begin(0, EXAMPLES, KEY, new CostLedger());
        return measured.noise().getFirst().space();
    }

    /** What is chosen is what separate pilots in each space find least, and what is estimated then is that space's own estimate. */
    @ParameterizedTest
    @EnumSource(names = {"CLEAN_BASELINE", "ANTITHETIC"})
    void theChoiceIsTheLeastAndTheEstimateItsOwn(SamplingScheme scheme) {
        for (Case problem : List.of(MANY_TOKENS, ONE_TOKEN)) {
            MeasuredSpaceEstimator measured = problem.measured(scheme, List.of(ACTIVATIONS, FULL), 2);
            for (int step = 0; step < 4; step++) {
                float[] found = measured.begin(step, EXAMPLES, KEY, new CostLedger())
                        .estimate(SKEWED)
                        .gradient();
                List<SiteNoise> noise = measured.noise();
                int choosing = step - step % 2;
                float sigma = matched(problem);
                List<SiteNoise> activations = List.of(SiteNoise.activations(SIGMA));
                List<SiteNoise> weights = List.of(new SiteNoise(FULL, sigma));
                double ofWeights = pilot(problem, scheme, weights, choosing);
                double ofActivations = pilot(problem, scheme, activations, choosing);
                List<SiteNoise> least = ofWeights < ofActivations ? weights : activations;
                assertThat(noise.getFirst().space()).isEqualTo(least.getFirst().space());
                assertThat(noise.getFirst().sigma()).isCloseTo(least.getFirst().sigma(), within(1e-6f));
                assertThat(found)
                        .isEqualTo(problem.with(scheme, noise)
                                .begin(step, EXAMPLES, KEY, new CostLedger())
                                .estimate(SKEWED)
                                .gradient());
            }
        }
    }

    /** σ/√(mean of ‖x_t‖² + 1), from the data. */
    private static float matched(Case problem) {
        double sum = 0;
        long tokens = 0;
        for (int example : EXAMPLES) {
            float[] features = problem.data.features()[example];
            for (float x : features) {
                sum += (double) x * x;
            }
            tokens += problem.network.inputShape().toArray()[0];
        }
        return (float) (SIGMA / Math.sqrt(sum / tokens + 1));
    }

    private static double pilot(Case problem, SamplingScheme scheme, List<SiteNoise> noise, int step) {
        Allocation allocation = Allocation.equal(EXAMPLES.length, EXAMPLES.length * SAMPLES);
        double[][] variances = problem.with(scheme, noise)
                .beginSites(step, EXAMPLES, KEY.forPurpose(RandomKey.Purpose.PILOT), new CostLedger())
                .estimate(SiteAllocation.same(allocation, 1))
                .siteVariances();
        return Arrays.stream(variances).mapToDouble(row -> row[0]).sum();
    }

    @Test
    void pilotsAreCountedAndDrawnAtTheirSteps() {
        MeasuredSpaceEstimator measured = ONE_TOKEN.measured(SamplingScheme.ANTITHETIC, ALL, 3);
        List<Long> pilots = new ArrayList<>();
        for (int step = 0; step < 7; step++) {
            CostLedger ledger = new CostLedger();
            measured.begin(step, EXAMPLES, KEY, ledger).estimate(SKEWED);
            pilots.add(ledger.queries(CostLedger.Kind.PILOT));
            assertThat(ledger.queries(CostLedger.Kind.CLEAN)).isEqualTo(EXAMPLES.length);
            assertThat(ledger.queries(CostLedger.Kind.PERTURBED)).isEqualTo(2L * SKEWED.total());
        }
        long pilot = 3L * 2 * SAMPLES * EXAMPLES.length;
        assertThat(pilots).containsExactly(pilot, 0L, 0L, pilot, 0L, 0L, pilot);
    }

    /** The noise that decides is not the noise that is decided about. */
    @Test
    void theNoiseOfTheSamplesDecidesNothing() {
        MeasuredSpaceEstimator measured = MANY_TOKENS.measured(SamplingScheme.CLEAN_BASELINE, ALL, 1);
        var step = measured.begin(0, EXAMPLES, KEY, new CostLedger());
        List<SiteNoise> before = measured.noise();
        step.estimate(SKEWED);
        assertThat(measured.noise()).isEqualTo(before);
    }

    @Test
    void aRestoredChoiceStands() {
        MeasuredSpaceEstimator first = MANY_TOKENS.measured(SamplingScheme.CLEAN_BASELINE, ALL, 100);
        first.begin(0, EXAMPLES, KEY, new CostLedger());
        StateArrays state = new StateArrays();
        first.state().saveTo(state);
        MeasuredSpaceEstimator second = MANY_TOKENS.measured(SamplingScheme.CLEAN_BASELINE, ALL, 100);
        assertThat(second.noise()).isNotEqualTo(first.noise());
        second.state().restoreFrom(state);
        assertThat(second.noise()).isEqualTo(first.noise());
        StateArrays broken = new StateArrays();
        broken.scope("spaces").putLongs("first", 3);
        broken.putFloats("sigmas", SIGMA);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> second.state().restoreFrom(broken))
                .withMessage("state spaces.first = 3, expected 0 to 2");
    }

    @Test
    void lowRankCandidatesClaimTheGradientToSecondOrder() {
        assertThat(ONE_TOKEN.measured(SamplingScheme.ANTITHETIC, ALL, 1).target())
                .isEqualTo(GradientTarget.GRADIENT_TO_SECOND_ORDER);
        assertThat(ONE_TOKEN
                        .measured(SamplingScheme.ANTITHETIC, List.of(ACTIVATIONS, FULL), 1)
                        .target())
                .isEqualTo(GradientTarget.SMOOTHED_GRADIENT);
    }

    @Test
    void refusesWhatCannotBeMeasured() {
        LikelihoodRatioEstimator plain = ONE_TOKEN.plain(config(SamplingScheme.ANTITHETIC));
        for (List<PerturbedSpace> bad : List.of(List.<PerturbedSpace>of(), List.of(FULL), List.of(FULL, FULL))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new MeasuredSpaceEstimator(plain, bad, 1, 1))
                    .withMessage("candidates = " + bad + ", expected two or more different spaces");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MeasuredSpaceEstimator(plain, ALL, 0, 1))
                .withMessage("samples = 0, expected >= 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MeasuredSpaceEstimator(plain, ALL, 1, 0))
                .withMessage("interval = 0, expected >= 1");
        LikelihoodRatioConfig together =
                new LikelihoodRatioConfig(SiteMode.ALL_SITES, SamplingScheme.ANTITHETIC, SIGMA, 4);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MeasuredSpaceEstimator(ONE_TOKEN.plain(together), ALL, 1, 1))
                .withMessageContaining("mode = ALL_SITES, expected LAYER_WISE");
        LikelihoodRatioConfig learned =
                config(SamplingScheme.ANTITHETIC).withScales(ScaleObjective.SmoothedLoss.DEFAULT);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MeasuredSpaceEstimator(ONE_TOKEN.plain(learned), ALL, 1, 1))
                .withMessageStartingWith("scales = SmoothedLoss");
        LikelihoodRatioEstimator weights =
                ONE_TOKEN.with(SamplingScheme.ANTITHETIC, List.of(new SiteNoise(FULL, SIGMA)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MeasuredSpaceEstimator(weights, ALL, 1, 1))
                .withMessageContaining("expected activations at every site");
    }
}
