package dev.flops.verify.gradient;

import dev.flops.verify.problem.SmoothProblem;
import java.util.Optional;

/** What an estimator of one example's gradient claims to have as its expectation. */
@FunctionalInterface
public interface MeanFormula {
    /**
     * The expectation of one sample.
     *
     * @param problem the losses
     * @param theta the point, not modified
     * @param example index of the example
     * @return the expectation, or empty where nothing is claimed of such a problem
     */
    Optional<Expectation> of(SmoothProblem problem, double[] theta, int example);

    /**
     * The gradient of the loss smoothed by a Gaussian: one-point estimates, forward and central differences with
     * Gaussian directions.
     *
     * @param sigma σ &gt; 0
     * @return ∇ E ℓ(θ + σε), exactly
     */
    static MeanFormula smoothedGradient(double sigma) {
        return (problem, theta, example) ->
                Optional.of(Expectation.exactly(problem.smoothedGradient(theta, example, sigma)));
    }

    /**
     * What the same estimates have with Rademacher directions (SPSA).
     *
     * @param sigma σ &gt; 0
     * @return E[ℓ(θ + σε) ε]/σ, exactly
     */
    static MeanFormula rademacher(double sigma) {
        return (problem, theta, example) ->
                Optional.of(Expectation.exactly(problem.rademacherMean(theta, example, sigma)));
    }

    /**
     * What pairs have with directions that are each uniform on the sphere of radius √d, orthonormal or independent. Gaussian
     * smoothing has ∇ E ℓ(θ + sε) = Σ_j A_j s^(2j), and by the moments of ‖ε‖ the sphere
     *
     * <pre>
     *   E[ℓ(θ + σε) ε]/σ = Σ_j c_j A_j σ^(2j)      c_j = d^j / ((d + 2)(d + 4) … (d + 2j))
     * </pre>
     *
     * which is found from Gaussian smoothings at several s ≤ σ.
     *
     * @param sigma σ &gt; 0
     * @return the expectation, exact for polynomials to the eighth degree; for others the error is of order σ⁸
     */
    static MeanFormula sphere(double sigma) {
        return (problem, theta, example) ->
                Optional.of(Expectation.exactly(SphereSmoothing.gradient(problem, theta, example, sigma)));
    }

    /**
     * The gradient itself, for exact estimators such as a forward gradient.
     *
     * @return ∇ℓ, exactly
     */
    static MeanFormula gradient() {
        return (problem, theta, example) -> Optional.of(Expectation.exactly(problem.gradient(theta, example)));
    }

    /**
     * The gradient up to O(σ²), for directions with E εεᵀ = I whose exact expectation is not known: per value, the tolerance is twice the bias of Gaussian smoothing, |∇ E ℓ(θ + σε) − ∇ℓ|, which bounds
     * theirs to leading order wherever E ε_jε_kε_lε_m is at most the Gaussian's. Linear and quadratic losses have none.
     *
     * @param sigma σ &gt; 0
     * @return ∇ℓ with that tolerance
     */
    static MeanFormula gradientToSecondOrder(double sigma) {
        return (problem, theta, example) -> {
            double[] gradient = problem.gradient(theta, example);
            double[] tolerance = problem.smoothedGradient(theta, example, sigma);
            for (int j = 0; j < tolerance.length; j++) {
                tolerance[j] = 2 * Math.abs(tolerance[j] - gradient[j]);
            }
            return Optional.of(new Expectation(gradient, tolerance));
        };
    }

    /**
     * What coordinate-wise pairs have: central differences along the unit vectors.
     *
     * @param sigma σ &gt; 0
     * @return (ℓ(θ + σe_j) − ℓ(θ − σe_j)) / (2σ), exactly
     */
    static MeanFormula coordinateDifferences(double sigma) {
        return (problem, theta, example) -> {
            double[] mean = new double[theta.length];
            for (int j = 0; j < mean.length; j++) {
                double[] plus = theta.clone();
                double[] minus = theta.clone();
                plus[j] += sigma;
                minus[j] -= sigma;
                mean[j] = (problem.loss(plus, example) - problem.loss(minus, example)) / (2 * sigma);
            }
            return Optional.of(Expectation.exactly(mean));
        };
    }
}
