package dev.flops.alloc.estimate;

/** How one sample of a gradient is formed from perturbed losses. */
public enum SamplingScheme {
    /** One query, w = ℓ(+σε). High variance: kept as the textbook estimator and for comparison. */
    ONE_POINT(1),
    /**
     * One query, w = ℓ(+σε) − ℓ, with the clean loss as baseline: a forward difference. For a linear loss with gradient
     * g the trace of the covariance is (d + 1)‖g‖² per query.
     */
    CLEAN_BASELINE(1),
    /** Two queries, w = (ℓ(+σε) − ℓ(−σε)) / 2: a central difference, (d + 1)‖g‖² per pair for a linear loss. */
    ANTITHETIC(2);

    private final int queries;

    SamplingScheme(int queries) {
        this.queries = queries;
    }

    /**
     * Queries of one sample at one site.
     *
     * @return 1 or 2
     */
    public int queries() {
        return queries;
    }
}
