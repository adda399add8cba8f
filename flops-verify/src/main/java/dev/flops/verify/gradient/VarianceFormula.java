package dev.flops.verify.gradient;

import dev.flops.alloc.estimate.SamplingScheme;
import dev.flops.verify.problem.LinearProblem;
import dev.flops.verify.problem.RademacherEnumeration;
import dev.flops.verify.problem.SmoothProblem;
import java.util.OptionalDouble;
import java.util.function.IntToDoubleFunction;

/** The closed form of the variance of an example's estimate. */
@FunctionalInterface
public interface VarianceFormula {
    /**
     * Trace of the covariance of the mean of n samples.
     *
     * @param problem the losses
     * @param theta the point, not modified
     * @param example index of the example
     * @param samples n ≥ 1
     * @return the variance, or empty where no closed form is known
     */
    OptionalDouble ofMean(SmoothProblem problem, double[] theta, int example, int samples);

    /**
     * No closed form for any problem.
     *
     * @return always empty
     */
    static VarianceFormula unknown() {
        return (problem, theta, example, samples) -> OptionalDouble.empty();
    }

    /**
     * Independent samples with Gaussian directions.
     *
     * @param scheme how a sample is formed
     * @param sigma σ &gt; 0
     * @return v_i/n by {@link SmoothProblem#sampleVariance}
     */
    static VarianceFormula gaussian(SamplingScheme scheme, double sigma) {
        return (problem, theta, example, samples) ->
                OptionalDouble.of(problem.sampleVariance(theta, example, sigma, scheme) / samples);
    }

    /**
     * Independent samples with Rademacher directions.
     *
     * @param scheme how a sample is formed
     * @param sigma σ &gt; 0
     * @return v_i/n by {@link RademacherEnumeration}
     */
    static VarianceFormula rademacher(SamplingScheme scheme, double sigma) {
        return (problem, theta, example, samples) -> OptionalDouble.of(
                RademacherEnumeration.of(problem, theta, example, sigma, scheme).variance() / samples);
    }

    /**
     * A closed form for linear losses only.
     *
     * @param factor tr Cov of the mean of n samples as a multiple of ‖g‖², from n; see
     *     {@link dev.flops.verify.problem.LinearVariances}
     * @return factor(n) ‖g‖² for a {@link LinearProblem}, else empty
     */
    static VarianceFormula linear(IntToDoubleFunction factor) {
        return (problem, theta, example, samples) -> {
            if (!(problem instanceof LinearProblem)) {
                return OptionalDouble.empty();
            }
            double square = 0;
            for (double value : problem.gradient(theta, example)) {
                square += value * value;
            }
            return OptionalDouble.of(factor.applyAsDouble(samples) * square);
        };
    }
}
