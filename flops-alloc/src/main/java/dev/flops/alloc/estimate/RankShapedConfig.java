package dev.flops.alloc.estimate;

import dev.flops.alloc.direction.Directions;

/**
 * Configuration of evolution strategies with rank shaping.
 *
 * @param directions how directions are drawn; random
 * @param difference one loss per direction, or antithetic pairs
 * @param scope among which losses a loss is ranked
 * @param sigma perturbation scale σ, &gt; 0
 * @param queriesPerCall most queries that the objective is asked in one call, at least 2
 */
public record RankShapedConfig(
        Directions directions, Difference difference, RankScope scope, float sigma, int queriesPerCall) {
    /** Checks the ranges. */
    public RankShapedConfig {
        EstimatorChecks.requireSigma(sigma);
        EstimatorChecks.requireQueriesPerCall(queriesPerCall);
        if (!directions.random()) {
            throw new IllegalArgumentException("directions = " + directions.name()
                    + ", expected random ones: ranks of fixed directions mean nothing");
        }
    }
}
