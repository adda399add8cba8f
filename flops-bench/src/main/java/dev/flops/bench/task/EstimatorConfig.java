package dev.flops.bench.task;

import dev.flops.alloc.estimate.LikelihoodRatioConfig;

/**
 * How a task estimates gradients.
 *
 * @param estimator the estimator
 * @param scheme how a sample is formed
 * @param sigma perturbation scale σ, &gt; 0
 * @param samplesPerChunk samples that one task of the estimator runs together; bounds memory
 */
public record EstimatorConfig(EstimatorChoice estimator, SchemeChoice scheme, float sigma, int samplesPerChunk) {
    /** Checks the ranges. */
    public EstimatorConfig {
        new LikelihoodRatioConfig(estimator.mode(), scheme.scheme(), sigma, samplesPerChunk);
    }

    LikelihoodRatioConfig likelihoodRatio() {
        return new LikelihoodRatioConfig(estimator.mode(), scheme.scheme(), sigma, samplesPerChunk);
    }
}
