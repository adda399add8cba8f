package dev.flops.bench.variance;

import dev.flops.bench.compare.Interval;
import dev.flops.bench.report.Provenance;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code results.json}: all that the experiment measured. Intervals are over batches. Fields are never renamed or removed.
 *
 * @param task model and data set
 * @param samplesPerExample samples per example on average of a measured estimate
 * @param batches batches at each share
 * @param repeats estimates per batch and allocator
 * @param confidence of the intervals
 * @param shares one entry per share of the training
 * @param configuration the task, to run it again
 * @param provenance where and with what it ran
 */
public record VarianceResult(
        String task,
        int samplesPerExample,
        int batches,
        int repeats,
        double confidence,
        List<Share> shares,
        Map<String, @Nullable Object> configuration,
        Provenance provenance) {
    /**
     * One share of the training.
     *
     * @param percent of the steps
     * @param step steps done
     * @param testAccuracy of the network then
     * @param cv coefficient of variation of s_i = √v_i, with v_i measured
     * @param continuousOptimum 1/(1 + CV²), what real-valued allocations without a minimum would come to
     * @param integerOptimum what the best whole numbers with the minimum come to, Σ v_i/n_i over that of equal allocation
     * @param arms one entry per allocator
     * @param phi what each allocator that learns has learned, by allocator and name
     * @param cosines mean cosine with the true gradient at several budgets
     * @param allocations of one batch, by ascending clean loss
     */
    public record Share(
            int percent,
            int step,
            double testAccuracy,
            Interval cv,
            Interval continuousOptimum,
            Interval integerOptimum,
            List<Arm> arms,
            Map<String, Map<String, Double>> phi,
            List<Cosine> cosines,
            List<Allocated> allocations) {}

    /**
     * One allocator.
     *
     * @param allocator its name; {@code oracle} knows v_i
     * @param varianceRatio tr Cov(ĝ) over that of equal allocation
     * @param errorRatio E‖ĝ − ∇L‖² over that of equal allocation
     * @param predictedRatio Σ v_i/n_i over that of equal allocation
     * @param relativeBias (‖mean ĝ − ∇L‖² − tr Cov/R)/‖∇L‖², estimated without bias: smoothing, and reweighting if there is any
     * @param cosine mean cosine of ĝ with ∇L
     */
    public record Arm(
            String allocator,
            Interval varianceRatio,
            Interval errorRatio,
            Interval predictedRatio,
            Interval relativeBias,
            Interval cosine) {}

    /**
     * Cosine at one budget.
     *
     * @param allocator its name
     * @param samplesPerExample samples per example on average
     * @param queries of one estimate, clean forwards counted
     * @param cosine mean cosine of ĝ with ∇L
     */
    public record Cosine(String allocator, int samplesPerExample, long queries, Interval cosine) {}

    /**
     * One example of one batch.
     *
     * @param loss its clean loss
     * @param sampleDeviation s_i as measured
     * @param samples mean samples over the repeats, by allocator
     */
    public record Allocated(double loss, double sampleDeviation, Map<String, Double> samples) {}
}
