package dev.flops.bench.task;

import dev.flops.alloc.estimate.SamplingScheme;

/** How a task forms one sample from perturbed losses. */
public enum SchemeChoice {
    /** One query, the clean loss as baseline. */
    CLEAN("clean", SamplingScheme.CLEAN_BASELINE),
    /** Two queries, a central difference. */
    ANTITHETIC("antithetic", SamplingScheme.ANTITHETIC);

    private final String text;
    private final SamplingScheme scheme;

    SchemeChoice(String text, SamplingScheme scheme) {
        this.text = text;
        this.scheme = scheme;
    }

    /**
     * The scheme of the estimator.
     *
     * @return the scheme
     */
    public SamplingScheme scheme() {
        return scheme;
    }

    @Override
    public String toString() {
        return text;
    }
}
