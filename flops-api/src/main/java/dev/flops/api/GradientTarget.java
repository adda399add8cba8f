package dev.flops.api;

/** What the expectation of an estimate is. */
public enum GradientTarget {
    /** ∇ E ℓ(θ + σε), the gradient of the smoothed loss, exactly. */
    SMOOTHED_GRADIENT(true),
    /** ∇ℓ up to a bias of order σ²; exactly ∇ℓ for linear and quadratic losses. */
    GRADIENT_TO_SECOND_ORDER(true),
    /** ∇ℓ up to a bias of order σ; exactly ∇ℓ for linear losses. */
    GRADIENT_TO_FIRST_ORDER(true),
    /** Some partial derivatives, up to a bias of order σ² or, one-sided, σ, and 0 for all others. */
    PARTIAL_GRADIENT(true),
    /** ∇ℓ exactly. */
    GRADIENT(true),
    /** No gradient of a loss: biased on purpose. */
    BIASED(false),
    /** The estimator does not say. */
    UNSTATED(false);

    private final boolean unbiased;

    GradientTarget(boolean unbiased) {
        this.unbiased = unbiased;
    }

    /**
     * Whether an estimator with this target claims to be unbiased for it, a claim that can be verified.
     *
     * @return false for estimators that are biased on purpose or say nothing
     */
    public boolean claimsUnbiasedness() {
        return unbiased;
    }
}
