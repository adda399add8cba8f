package dev.flops.verify.problem;

/** Losses per example in double precision. */
@FunctionalInterface
public interface LossFunction {
    /**
     * A loss.
     *
     * @param theta the point, d values, not modified
     * @param example index of the example
     * @return ℓ_i(θ)
     */
    double loss(double[] theta, int example);
}
