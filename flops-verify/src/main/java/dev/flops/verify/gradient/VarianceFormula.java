package dev.flops.verify.gradient;

import dev.flops.alloc.estimate.SamplingScheme;
import dev.flops.api.Allocation;
import dev.flops.verify.problem.LinearProblem;
import dev.flops.verify.problem.QuadratureProblem;
import dev.flops.verify.problem.RademacherEnumeration;
import dev.flops.verify.problem.SmoothProblem;
import java.util.OptionalDouble;
import java.util.function.IntToDoubleFunction;

/** The closed form of the variance of an example's estimate. */
@FunctionalInterface
public interface VarianceFormula {
    /** Nodes per dimension of the batch loss: w²‖ε‖² of a cubic has degree 8 in each variable, and 2 · 5 − 1 is exact. */
    int NODES = 5;

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
     * Trace of the covariance of the estimate of a batch.
     *
     * @param problem the losses
     * @param theta the point, not modified
     * @param examples the batch, not modified
     * @param allocation samples per example of the batch
     * @return (1/B²) Σ of the examples' variances, which independent samples have, or empty where no closed form is known
     */
    default OptionalDouble ofBatch(SmoothProblem problem, double[] theta, int[] examples, Allocation allocation) {
        double total = 0;
        for (int i = 0; i < examples.length; i++) {
            OptionalDouble one = ofMean(problem, theta, examples[i], allocation.samples(i));
            if (one.isEmpty()) {
                return one;
            }
            total += one.getAsDouble() / examples.length / examples.length;
        }
        return OptionalDouble.of(total);
    }

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
     * Samples with Gaussian directions that the whole batch shares: they are samples of the batch loss (1/B) Σ ℓ_i, whose
     * variance has cross terms between examples.
     *
     * @param scheme how a sample is formed
     * @param sigma σ &gt; 0
     * @return the variance of one sample of the batch loss over n by a product Gauss–Hermite rule of {@value #NODES} nodes,
     *     exact for polynomials up to the third degree; d of at most 7
     */
    static VarianceFormula sharedGaussian(SamplingScheme scheme, double sigma) {
        return new VarianceFormula() {
            @Override
            public OptionalDouble ofMean(SmoothProblem problem, double[] theta, int example, int samples) {
                return ofBatch(problem, theta, new int[] {example}, Allocation.of(samples));
            }

            @Override
            public OptionalDouble ofBatch(
                    SmoothProblem problem, double[] theta, int[] examples, Allocation allocation) {
                QuadratureProblem batch = new QuadratureProblem(
                        (point, first) -> {
                            double sum = 0;
                            for (int example : examples) {
                                sum += problem.loss(point, example) / examples.length;
                            }
                            return sum;
                        },
                        problem.dimension(),
                        1,
                        NODES);
                return OptionalDouble.of(batch.sampleVariance(theta, 0, sigma, scheme) / allocation.samples(0));
            }
        };
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
     * A multiple of the squared gradient, for estimators whose samples are linear in it whatever the loss.
     *
     * @param factor tr Cov of the mean of n samples as a multiple of ‖∇ℓ‖², from n
     * @return factor(n) ‖∇ℓ‖²
     */
    static VarianceFormula ofGradient(IntToDoubleFunction factor) {
        return (problem, theta, example, samples) -> {
            double square = 0;
            for (double value : problem.gradient(theta, example)) {
                square += value * value;
            }
            return OptionalDouble.of(factor.applyAsDouble(samples) * square);
        };
    }

    /**
     * A closed form for linear losses only.
     *
     * @param factor tr Cov of the mean of n samples as a multiple of ‖g‖², from n; see
     *     {@link dev.flops.verify.problem.LinearVariances}
     * @return factor(n) ‖g‖² for a {@link LinearProblem}, else empty
     */
    static VarianceFormula linear(IntToDoubleFunction factor) {
        VarianceFormula any = ofGradient(factor);
        return (problem, theta, example, samples) -> problem instanceof LinearProblem
                ? any.ofMean(problem, theta, example, samples)
                : OptionalDouble.empty();
    }
}
