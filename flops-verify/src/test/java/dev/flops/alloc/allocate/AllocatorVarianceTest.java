package dev.flops.alloc.allocate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flops.alloc.allocate.GaussianAllocatorConfig.Gradient;
import dev.flops.alloc.allocate.GaussianAllocatorConfig.Link;
import dev.flops.alloc.estimate.PilotEstimator;
import dev.flops.api.Allocation;
import dev.flops.api.QueryAllocator;
import dev.flops.verify.stat.FalseAlarmLedger;
import dev.flops.verify.stat.HolmCorrection;
import dev.flops.verify.stat.MeanTestDesign;
import dev.flops.verify.stat.Moments;
import dev.flops.verify.stat.TestResult;
import dev.flops.verify.stat.Verdict;
import dev.flops.verify.support.SuiteLedger;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * On a problem with known v_i, the estimate under every unbiased allocator has mean ∇L and the variance that its formula states,
 * while allocation and perturbations are drawn anew each time:
 *
 * <pre>
 *   allocations            E[ ‖ĝ − ∇L‖² − (1/B²) Σ v_i/n_i ] = 0
 *   importance sampling    E‖ĝ − ∇L‖² = (m/N_s) [(1/B²) Σ (v_i/m + ‖∇ℓ_i‖²)/p_i − ‖∇L‖²]    in draws of m = n_min samples
 *   pilot, weight β        E[ ‖ĝ − ∇L‖² − β² (1/B²) Σ v_i/m − (1−β)² (1/B²) Σ v_i/n_i ] = 0
 * </pre>
 *
 * <p>Hypotheses per allocator, Holm-corrected at α = 1e-5: that, and the mean of ĝ along ∇L and along the gradient of the example
 * with the largest one. β = 1e-3 for a defect of δ = 0.05 standard deviations of one estimate.
 */
@ExtendWith(SuiteLedger.class)
class AllocatorVarianceTest {
    private static final MeanTestDesign DESIGN = new MeanTestDesign(0.05, 1e-5, 1e-3, 3);
    private static final double ROUNDING = 5e-5;

    static Stream<Arguments> allocators() {
        GaussianAllocatorConfig gaussian = GaussianAllocatorConfig.defaults();
        List<QueryAllocator> all = new ArrayList<>(List.of(
                new EqualAllocator(),
                new BernoulliAllocator(0.5),
                new OracleAllocator(AllocatorRuns::trueVariances),
                new GaussianAllocator(gaussian),
                new GaussianAllocator(gaussian.with(Link.POSITIVE_PART, Gradient.LIKELIHOOD_RATIO)),
                new SwitchedAllocator(new NeymanAllocator(), new SwitchOnRule(0)),
                new ImportanceAllocator(AllocationSignal.REMEMBERED, 0.2),
                new ImportanceAllocator(AllocationSignal.ERROR_NORM, 1)));
        for (AllocationSignal signal : AllocationSignal.values()) {
            all.add(new NeymanAllocator(signal));
        }
        return all.stream().map(a -> Arguments.of(a.name(), a));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("allocators")
    void varianceAndMeanAreThoseOfTheFormula(String name, QueryAllocator allocator, FalseAlarmLedger ledger) {
        ledger.declare("allocator, variance and mean, " + name, DESIGN.alpha());
        assertThat(test(AllocatorRuns.of(allocator), AllocatorRuns::predicted))
                .allSatisfy(r -> assertThat(r.verdict()).as("%s", r).isEqualTo(Verdict.ACCEPTED));
    }

    @ParameterizedTest
    @MethodSource("uses")
    void varianceAndMeanOfTwoStagesAreThoseOfTheFormula(PilotEstimator.Use use, FalseAlarmLedger ledger) {
        ledger.declare("two stages, variance and mean, " + use, DESIGN.alpha());
        AllocatorRuns runs = AllocatorRuns.withPilot(new NeymanAllocator(AllocationSignal.PILOT), use, false);
        assertThat(test(runs, AllocatorRuns::predicted))
                .allSatisfy(r -> assertThat(r.verdict()).as("%s", r).isEqualTo(Verdict.ACCEPTED));
    }

    static Stream<PilotEstimator.Use> uses() {
        return Stream.of(PilotEstimator.Use.values());
    }

    @Test
    void aPilotThatSharesItsPerturbationsWithTheSamplesIsRejected() {
        AllocatorRuns runs = AllocatorRuns.withPilot(
                new NeymanAllocator(AllocationSignal.PILOT), PilotEstimator.Use.FIXED_WEIGHT, true);
        assertThat(test(runs, AllocatorRuns::predicted).getFirst().verdict()).isEqualTo(Verdict.REJECTED);
    }

    @Test
    void theMeanRejectsThePooledControl() {
        List<TestResult> results =
                test(AllocatorRuns.of(new BiasedPooledControl(new NeymanAllocator())), AllocatorRuns::predicted);
        assertThat(results.subList(1, 3))
                .anySatisfy(r -> assertThat(r.verdict()).as("%s", r).isEqualTo(Verdict.REJECTED));
    }

    @Test
    void theVarianceRejectsWrongFormulas() {
        AllocatorRuns runs = AllocatorRuns.of(new NeymanAllocator());
        assertRejected(runs, (r, n) -> r.predicted(Allocation.equal(n.examples(), n.total())));
        assertRejected(runs, (r, n) -> r.predicted(n) * n.total() / (n.total() + 1.0 * n.examples()));
        assertRejected(runs, (r, n) -> r.predicted(n) * n.examples());
        AllocatorRuns drawn = AllocatorRuns.of(new ImportanceAllocator(AllocationSignal.REMEMBERED, 0.2));
        assertRejected(drawn, (r, n) -> r.predicted(Allocation.equal(n.examples(), n.total())));
    }

    private static void assertRejected(AllocatorRuns runs, Prediction wrong) {
        TestResult result = test(runs, wrong).getFirst();
        assertThat(result.verdict()).as("%s", result).isEqualTo(Verdict.REJECTED);
    }

    /** The variance that a formula states for an allocation. */
    @FunctionalInterface
    private interface Prediction {
        double of(AllocatorRuns runs, Allocation allocation);
    }

    private static List<TestResult> test(AllocatorRuns runs, Prediction prediction) {
        MeanTestDesign single = DESIGN.forEachOf(3);
        double[][] directions = {AllocatorRuns.gradient(), AllocatorRuns.largestGradient()};
        Moments[] moments = {new Moments(), new Moments(), new Moments()};
        double scale = 0;
        for (int step = 0; step < single.sampleSize(); step++) {
            AllocatorRuns.Run run = runs.run(step);
            double predicted = prediction.of(runs, run.allocation());
            scale = Math.max(scale, predicted);
            moments[0].add(run.squaredError() - predicted);
            for (int j = 0; j < directions.length; j++) {
                moments[j + 1].add(run.along(directions[j]));
            }
        }
        List<TestResult> results = new ArrayList<>();
        results.add(single.test("variance is that of the formula", moments[0], 0, 1e-5 * scale));
        String[] names = {"the gradient", "the largest gradient of an example"};
        for (int j = 0; j < directions.length; j++) {
            double expected = AllocatorRuns.along(AllocatorRuns.gradient(), directions[j]);
            results.add(single.test("mean along " + names[j] + " is right", moments[j + 1], expected, ROUNDING));
        }
        return HolmCorrection.apply(results, DESIGN.alpha());
    }
}
