package dev.flops.bench.closeup;

import java.util.List;

/**
 * Estimates of a trained network's gradient under what its allocator has learned, against the true gradient. Their queries
 * belong to no budget.
 *
 * @param allocations the examples of one batch, by ascending loss
 * @param cosines mean cosine with the true gradient, by ascending budget
 */
public record CloseUp(List<Allocated> allocations, List<Cosine> cosines) {
    /** Copies the lists. */
    public CloseUp {
        allocations = List.copyOf(allocations);
        cosines = List.copyOf(cosines);
    }

    /**
     * What one example receives.
     *
     * @param loss its clean loss, in nats
     * @param samples mean n_i over the estimates
     */
    public record Allocated(double loss, double samples) {}

    /**
     * One budget.
     *
     * @param samplesPerExample samples per example on average
     * @param queries of one estimate, clean and pilot forwards counted
     * @param cosine mean over batches and estimates
     */
    public record Cosine(int samplesPerExample, long queries, double cosine) {}
}
