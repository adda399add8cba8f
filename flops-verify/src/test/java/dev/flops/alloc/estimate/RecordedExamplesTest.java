package dev.flops.alloc.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flops.api.Allocation;
import dev.flops.api.CostLedger;
import dev.flops.api.GradientEstimate;
import dev.flops.api.GradientEstimator.Step;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.spec.SimdWidth;
import dev.flops.verify.support.NetworkCase;
import dev.flops.verify.support.TestSeeds;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How many clean activations are kept at a time changes memory and operations, and no bit of an estimate. */
class RecordedExamplesTest {
    private static final int BATCH = 5;
    private static final Allocation ODD = Allocation.of(1, 4, 2, 1, 3);

    private record Spent(GradientEstimate pilot, GradientEstimate estimate, double[] siteCosts, CostLedger ledger) {}

    private static Spent step(SamplingScheme scheme, int recordedExamples) {
        NetworkCase problem = NetworkCase.visionTransformer();
        LikelihoodRatioEstimator estimator = new LikelihoodRatioEstimator(
                problem.network(),
                problem.network().parameters(),
                problem.data(),
                TensorOps.of(SimdWidth.AUTO),
                Workers.callingThread(),
                new LikelihoodRatioConfig(SiteMode.LAYER_WISE, scheme, 0.05f, 3, recordedExamples));
        CostLedger ledger = new CostLedger();
        int[] batch = IntStream.range(0, BATCH).toArray();
        Step pilots = estimator.begin(0, batch, TestSeeds.key("recorded examples"), ledger);
        GradientEstimate pilot = pilots.pilot(Allocation.equal(BATCH, BATCH));
        SiteStep step = estimator.beginSites(1, batch, TestSeeds.key("recorded examples"), ledger);
        return new Spent(pilot, step.estimate(ODD), step.siteCosts(), ledger);
    }

    @ParameterizedTest
    @EnumSource
    void keepingFewerChangesNoBit(SamplingScheme scheme) {
        Spent all = step(scheme, LikelihoodRatioConfig.ALL);
        for (int recordedExamples = 1; recordedExamples <= BATCH; recordedExamples++) {
            Spent few = step(scheme, recordedExamples);
            assertThat(few.pilot().gradient()).containsExactly(all.pilot().gradient());
            assertThat(few.estimate().gradient()).containsExactly(all.estimate().gradient());
            assertThat(few.estimate().sampleVariances())
                    .containsExactly(all.estimate().sampleVariances());
            assertThat(few.siteCosts()).containsExactly(all.siteCosts());
        }
    }

    @Test
    void whatIsComputedAgainIsCountedAgain() {
        CostLedger all =
                step(SamplingScheme.CLEAN_BASELINE, LikelihoodRatioConfig.ALL).ledger();
        CostLedger two = step(SamplingScheme.CLEAN_BASELINE, 2).ledger();
        assertThat(all.queries(CostLedger.Kind.CLEAN)).isEqualTo(2 * BATCH);
        // Two steps, in each of which the first two of the five examples need no second forward.
        assertThat(two.queries(CostLedger.Kind.CLEAN)).isEqualTo(2 * (BATCH + BATCH - 2));
        assertThat(two.queries(CostLedger.Kind.PERTURBED)).isEqualTo(all.queries(CostLedger.Kind.PERTURBED));
        assertThat(two.queries(CostLedger.Kind.PILOT)).isEqualTo(all.queries(CostLedger.Kind.PILOT));
        assertThat(two.flops()).isGreaterThan(all.flops());
    }

    @Test
    void allSitesNeedAllOfThem() {
        assertThatThrownBy(
                        () -> new LikelihoodRatioConfig(SiteMode.ALL_SITES, SamplingScheme.CLEAN_BASELINE, 0.05f, 3, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("recordedExamples = 2 with mode ALL_SITES");
        assertThatThrownBy(() ->
                        new LikelihoodRatioConfig(SiteMode.LAYER_WISE, SamplingScheme.CLEAN_BASELINE, 0.05f, 3, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("recordedExamples = 0, expected >= 1");
    }
}
