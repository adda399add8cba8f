package dev.flops.verify.problem;

import dev.flops.alloc.estimate.SamplingScheme;
import dev.flops.api.Objective;
import java.util.OptionalDouble;

/**
 * An objective whose gradients, smoothed gradients and sample variances are known. Formulas are evaluated in double
 * precision; {@link #evaluate} rounds to float at the end.
 */
public interface SmoothProblem extends Objective, LossFunction {
    /**
     * The gradient of a loss.
     *
     * @param theta the point, d values, not modified
     * @param example index of the example
     * @return ∇ℓ_i(θ), d values
     */
    double[] gradient(double[] theta, int example);

    /**
     * The gradient of the loss smoothed by a Gaussian, ∇ E ℓ_i(θ + σε) with ε ~ N(0, I).
     *
     * @param theta the point, d values, not modified
     * @param example index of the example
     * @param sigma σ &gt; 0
     * @return the gradient, d values
     */
    double[] smoothedGradient(double[] theta, int example, double sigma);

    /**
     * Trace of the covariance of one sample g = w ε/σ with Gaussian ε.
     *
     * @param theta the point, d values, not modified
     * @param example index of the example
     * @param sigma σ &gt; 0
     * @param scheme how w is formed
     * @return v_i = E‖g‖² − ‖E g‖²
     */
    double sampleVariance(double[] theta, int example, double sigma, SamplingScheme scheme);

    /**
     * The expectation of w ε/σ with Rademacher ε, the same for every scheme: E[ℓ_i(θ + σε) ε]/σ. Here by enumeration; a
     * problem with a closed form overrides it.
     *
     * @param theta the point, d values, not modified
     * @param example index of the example
     * @param sigma σ &gt; 0
     * @return the expectation, d values
     */
    default double[] rademacherMean(double[] theta, int example, double sigma) {
        return RademacherEnumeration.of(this, theta, example, sigma, SamplingScheme.ONE_POINT)
                .mean();
    }

    /**
     * The smoothness β, a Lipschitz constant of ∇ℓ_i.
     *
     * @param example index of the example
     * @return β, or empty where ∇ℓ_i has none or none is known
     */
    default OptionalDouble smoothness(int example) {
        return OptionalDouble.empty();
    }

    @Override
    default void evaluate(float[] points, int[] examples, float[] losses) {
        int d = dimension();
        double[] theta = new double[d];
        for (int q = 0; q < losses.length; q++) {
            for (int p = 0; p < d; p++) {
                theta[p] = points[q * d + p];
            }
            losses[q] = (float) loss(theta, examples[q]);
        }
    }
}
