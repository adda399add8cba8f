package dev.flops.alloc.estimate;

import dev.flops.api.Distribution;

/**
 * Configuration of the parameter-space estimator.
 *
 * @param scheme how a sample is formed
 * @param distribution of the directions
 * @param sigma perturbation scale σ, &gt; 0
 * @param queriesPerCall most queries that the objective is asked in one call, at least 2
 */
public record ParameterEstimatorConfig(
        SamplingScheme scheme, Distribution distribution, float sigma, int queriesPerCall) {
    /** Checks the ranges. */
    public ParameterEstimatorConfig {
        if (!(sigma > 0) || Float.isInfinite(sigma)) {
            throw new IllegalArgumentException("sigma = " + sigma + ", expected a finite number > 0");
        }
        if (queriesPerCall < 2) {
            throw new IllegalArgumentException("queriesPerCall = " + queriesPerCall + ", expected >= 2");
        }
    }
}
