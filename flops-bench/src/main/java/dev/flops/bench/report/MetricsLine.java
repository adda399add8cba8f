package dev.flops.bench.report;

import dev.flops.alloc.train.StepReport;
import dev.flops.api.Allocation;
import dev.flops.bench.task.TaskCosts;
import dev.flops.bench.task.TaskProgress;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One line of {@code metrics.jsonl}. Counts are of the run so far, everything else is of the step.
 *
 * @param step steps done
 * @param loss mean loss of the batch before the update
 * @param smoothedLoss the same with exponential forgetting
 * @param probeAccuracy accuracy on the held-out probe when it was last measured, null before that
 * @param learningRate η
 * @param gradientNorm ‖ĝ‖₂
 * @param allocation what the allocator did
 * @param queries queries so far
 * @param flops floating-point operations so far
 * @param queriesPerSecond mean so far
 * @param seconds wall time so far
 * @param secondsByPhase wall time so far by part of the step
 */
public record MetricsLine(
        int step,
        @Nullable Double loss,
        @Nullable Double smoothedLoss,
        @Nullable Double probeAccuracy,
        double learningRate,
        @Nullable Double gradientNorm,
        AllocationMetrics allocation,
        long queries,
        long flops,
        @Nullable Double queriesPerSecond,
        double seconds,
        Map<String, Double> secondsByPhase) {

    /**
     * What the allocator did in one step.
     *
     * @param cv coefficient of variation of ŝ_i
     * @param varianceRatioToEqual variance of this allocation over that of equal allocation
     * @param varianceRatioToOptimum variance of this allocation over that of the integer optimum
     * @param least least n_i
     * @param most largest n_i
     * @param normalizedEntropy entropy of the shares, 1 for equal ones
     * @param overheadShare operations of the allocator over those of the whole step
     * @param allocationVariance running estimate of the part of tr Cov(ĝ) that allocation can cut
     * @param minibatchVariance running estimate of the part that it cannot, which examples are in the batch
     * @param siteVarianceRatio where the allocation was refined over sites, the variance after it over that before it; null elsewhere
     * @param samples N_s, the samples of the step over all examples; null in lines of versions that did not write it
     * @param phi what the allocator has learned: its parameters by name, empty if it learns nothing
     */
    public record AllocationMetrics(
            double cv,
            double varianceRatioToEqual,
            double varianceRatioToOptimum,
            int least,
            int most,
            double normalizedEntropy,
            @Nullable Double overheadShare,
            @Nullable Double allocationVariance,
            @Nullable Double minibatchVariance,
            @Nullable Double siteVarianceRatio,
            @Nullable Integer samples,
            Map<String, Double> phi) {}

    /**
     * The line of a step.
     *
     * @param progress where the task stands
     * @return the line
     */
    public static MetricsLine of(TaskProgress progress) {
        StepReport report = progress.report();
        return new MetricsLine(
                progress.stepsDone(),
                Json.finite(report.meanLoss()),
                Json.finite(progress.smoothedLoss()),
                Json.finite(progress.probeAccuracy()),
                report.learningRate(),
                Json.finite(report.gradientNorm()),
                allocation(progress),
                report.queries(),
                progress.ledger().flops(),
                Json.finite(progress.queriesPerSecond()),
                progress.seconds(),
                byName(progress));
    }

    private static AllocationMetrics allocation(TaskProgress progress) {
        StepReport report = progress.report();
        Allocation allocation = report.allocation();
        int[] n = allocation.toArray();
        return new AllocationMetrics(
                report.diagnostics().coefficientOfVariation(),
                report.diagnostics().ratioToEqual(),
                report.diagnostics().ratioToOptimum(),
                Arrays.stream(n).min().orElseThrow(),
                Arrays.stream(n).max().orElseThrow(),
                report.diagnostics().normalizedEntropy(),
                Json.finite(report.allocatorShare()),
                Json.finite(report.variance().allocation()),
                Json.finite(report.variance().minibatch()),
                Json.finite(report.siteRatio()),
                allocation.total(),
                progress.phi());
    }

    private static Map<String, Double> byName(TaskProgress progress) {
        Map<String, Double> seconds = new TreeMap<>();
        TaskCosts.secondsByPhase(progress.ledger())
                .forEach((phase, value) -> seconds.put(phase.name().toLowerCase(Locale.ROOT), value));
        return seconds;
    }
}
