package dev.flops.alloc.estimate;

/** How losses at perturbed points become the loss weight w of a direction. */
public enum Difference {
    /** One query, w = ℓ(θ + σε) − b with a {@link Baseline} b. */
    ONE_SIDED(1),
    /** Two queries, w = (ℓ(θ + σε) − ℓ(θ − σε)) / 2: an antithetic pair. A baseline would cancel. */
    CENTRAL(2);

    private final int queries;

    Difference(int queries) {
        this.queries = queries;
    }

    /**
     * Queries of one direction.
     *
     * @return 1 or 2
     */
    public int queries() {
        return queries;
    }
}
