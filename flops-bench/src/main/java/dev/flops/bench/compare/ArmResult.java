package dev.flops.bench.compare;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one arm came to over all seeds.
 *
 * @param arm its name
 * @param learningRate the rate that the search chose
 * @param sigma the perturbation scale that the search chose
 * @param testAccuracy mean and interval over the seeds
 * @param differenceToFirst test accuracy minus that of the first arm, paired by seed; null for the first
 * @param seconds median wall time
 * @param flops median floating-point operations
 * @param milestones what it took to reach fixed accuracies
 */
public record ArmResult(
        String arm,
        double learningRate,
        double sigma,
        Interval testAccuracy,
        @Nullable Interval differenceToFirst,
        double seconds,
        double flops,
        List<Milestone> milestones) {

    /**
     * Cost of an accuracy on held-out examples: the median over the seeds, where a seed that never gets there counts as more
     * than any that does.
     *
     * @param accuracy the accuracy
     * @param seedsReached seeds that got there
     * @param queries median queries, null if fewer than half got there
     * @param flops median floating-point operations
     * @param seconds median wall time
     * @param savings how many times fewer queries than the first arm: geometric mean over the seeds of the paired ratio, with
     *     Student's interval of its logarithm; null for the first arm, or if a seed did not get there
     * @param savingsAtLeast whether a seed of the first arm did not get there and counts as one that did with its last query: true
     *     savings are greater then
     */
    public record Milestone(
            double accuracy,
            int seedsReached,
            @Nullable Double queries,
            @Nullable Double flops,
            @Nullable Double seconds,
            @Nullable Interval savings,
            boolean savingsAtLeast) {}
}
