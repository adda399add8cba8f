package dev.flops.verify.stat;

/** The outcome of a statistical test. */
public enum Verdict {
    /** The samples are compatible with H0. */
    ACCEPTED,
    /** The samples contradict H0 at the declared error rate. */
    REJECTED,
    /**
     * The samples do not support the approximation that the test rests on (too few, or too skewed): nothing can be
     * said, which an assertion must treat as a failure.
     */
    INVALID
}
