package dev.flops.bench.task;

import dev.flops.alloc.estimate.SiteMode;

/** Which estimator a task uses. */
public enum EstimatorChoice {
    /** Likelihood ratio, one site at a time, with reuse of the clean prefix. */
    LR_LAYERWISE("lr-layerwise", SiteMode.LAYER_WISE),
    /** Likelihood ratio, all sites in one forward. */
    LR_ALL_SITES("lr-all-sites", SiteMode.ALL_SITES);

    private final String text;
    private final SiteMode mode;

    EstimatorChoice(String text, SiteMode mode) {
        this.text = text;
        this.mode = mode;
    }

    /**
     * Which sites one query perturbs.
     *
     * @return the mode
     */
    public SiteMode mode() {
        return mode;
    }

    @Override
    public String toString() {
        return text;
    }
}
