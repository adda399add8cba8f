package dev.flops.verify.gradient;

import dev.flops.api.GradientEstimator;
import dev.flops.api.Objective;
import dev.flops.api.Parameters;

/** Makes the estimator under examination for a black box; a constructor reference or a lambda. */
@FunctionalInterface
public interface EstimatorFactory {
    /**
     * An estimator.
     *
     * @param objective answers its queries
     * @param parameters the point, all trainable, not to be modified
     * @return a new estimator without memory of others
     */
    GradientEstimator create(Objective objective, Parameters parameters);
}
