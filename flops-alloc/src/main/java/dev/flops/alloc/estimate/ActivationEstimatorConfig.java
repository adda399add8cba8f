package dev.flops.alloc.estimate;

/**
 * Configuration of the estimator of perturbed activations.
 *
 * @param estimators makes the estimator of each site
 * @param recordedExamples examples whose clean activations are kept at a time, at least 1. With fewer than the batch has,
 *     those of the others are computed again when their turn comes: less memory, no other result, and about one more clean
 *     forward per example, which the ledger counts and no budget is charged for
 */
public record ActivationEstimatorConfig(SiteEstimatorFactory estimators, int recordedExamples) {
    /** Checks the range. */
    public ActivationEstimatorConfig {
        if (recordedExamples < 1) {
            throw new IllegalArgumentException("recordedExamples = " + recordedExamples + ", expected >= 1");
        }
    }

    /**
     * A configuration that keeps the clean activations of the whole batch.
     *
     * @param estimators makes the estimator of each site
     */
    public ActivationEstimatorConfig(SiteEstimatorFactory estimators) {
        this(estimators, LikelihoodRatioConfig.ALL);
    }
}
