package dev.flops.api;

/**
 * Whether every sample of every example has a perturbation of its own, so that tr Cov(ĝ) = (1/B²) Σ v_i/n_i and samples
 * may be allocated per example. Where it has not, only an equal allocation is answered.
 */
public enum SampleIndependence {
    /** Perturbations are independent per example and sample. */
    INDEPENDENT(""),
    /** One direction serves the whole batch. */
    SHARED_DIRECTIONS(
            "all examples share their directions, so that the variance has cross terms between examples and is"
                    + " not sum v_i/n_i"),
    /** Losses are weighted by rank. */
    RANKED_LOSSES("a loss is weighted by its rank among the samples, so that the expectation of an example's estimate"
            + " depends on the allocation"),
    /** Nothing is drawn: a second sample of an example repeats the first. */
    DETERMINISTIC("the directions are not random, so that a second sample of an example would repeat the first");

    private final String reason;

    SampleIndependence(String reason) {
        this.reason = reason;
    }

    /**
     * Refuses what cannot be estimated.
     *
     * @param allocation samples per example
     * @throws IllegalArgumentException if the allocation is not equal although samples are not independent, or gives an
     *     example more than one sample although nothing is random; the message says why
     */
    public void requireAllowed(Allocation allocation) {
        if (this == INDEPENDENT) {
            return;
        }
        int expected = this == DETERMINISTIC ? 1 : allocation.samples(0);
        for (int i = 0; i < allocation.examples(); i++) {
            // An example that is left out (weight 0) repeats nothing.
            boolean allowed = this == DETERMINISTIC ? allocation.samples(i) <= 1 : allocation.samples(i) == expected;
            if (!allowed) {
                throw new IllegalArgumentException("samplesPerExample[" + i + "] = " + allocation.samples(i)
                        + ", expected " + expected + " for every example: " + reason);
            }
        }
    }
}
