package dev.flops.bench.task;

import dev.flops.alloc.estimate.ScaleObjective;

/** What a task learns the perturbation scales of its sites for. */
public enum ScaleChoice {
    /** Nothing: σ everywhere and always. */
    FIXED("fixed", ScaleObjective.FIXED),
    /** The loss that the noise smooths. */
    SMOOTHED_LOSS("smoothed-loss", ScaleObjective.SmoothedLoss.DEFAULT),
    /** The variance of the estimate. */
    VARIANCE("variance", ScaleObjective.EstimatorVariance.DEFAULT);

    private final String text;
    private final ScaleObjective objective;

    ScaleChoice(String text, ScaleObjective objective) {
        this.text = text;
        this.objective = objective;
    }

    /**
     * The objective of the estimator.
     *
     * @return the objective, with its usual rate and range
     */
    public ScaleObjective objective() {
        return objective;
    }

    @Override
    public String toString() {
        return text;
    }
}
