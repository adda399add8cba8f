package dev.flops.alloc.estimate;

import dev.flops.api.Distribution;

/**
 * Configuration of seed-replay SPSA.
 *
 * @param distribution of the directions; Gaussian in MeZO
 * @param sigma perturbation scale σ, &gt; 0
 * @param sharedByBatch true for one direction per sample for the whole batch, as in MeZO; false for directions of each
 *     example's own, which alone may be allocated per example
 */
public record MezoConfig(Distribution distribution, float sigma, boolean sharedByBatch) {
    /** Checks the range. */
    public MezoConfig {
        EstimatorChecks.requireSigma(sigma);
    }
}
