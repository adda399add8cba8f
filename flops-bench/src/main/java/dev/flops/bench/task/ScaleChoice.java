package dev.flops.bench.task;

import dev.flops.alloc.estimate.ScaleObjective;
import java.util.Locale;

/** What a task learns the perturbation scales of its sites for. */
public enum ScaleChoice {
    /** Nothing: σ everywhere and always. */
    FIXED,
    /** The loss that the noise smooths. */
    SMOOTHED_LOSS,
    /** The variance of the estimate. */
    VARIANCE;

    /**
     * The objective of the estimator.
     *
     * @return the objective, with its usual rate and range
     */
    public ScaleObjective objective() {
        return switch (this) {
            case FIXED -> ScaleObjective.FIXED;
            case SMOOTHED_LOSS -> ScaleObjective.SmoothedLoss.DEFAULT;
            case VARIANCE -> ScaleObjective.EstimatorVariance.DEFAULT;
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
