package dev.flops.alloc.estimate;

import dev.flops.alloc.direction.Directions;

/**
 * Configuration of the forward gradient.
 *
 * @param directions how directions are drawn
 * @param queriesPerCall most queries that the objective is asked in one call, at least 2
 */
public record ForwardGradientConfig(Directions directions, int queriesPerCall) {
    /** Checks the range. */
    public ForwardGradientConfig {
        EstimatorChecks.requireQueriesPerCall(queriesPerCall);
    }
}
