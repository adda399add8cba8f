package dev.flops.verify.problem;

/**
 * The bound on the second moment of a Gaussian forward or central difference of a β-smooth loss,
 *
 * <pre>
 *   E‖g‖² ≤ 2 (d + 2) ‖∇ℓ‖² + (σ²β²/2) d (d + 2)(d + 4)
 * </pre>
 *
 * from |w/σ − ∇ℓ·ε| ≤ σβ‖ε‖²/2 and E‖ε‖⁶ = d(d + 2)(d + 4); compare Nesterov and Spokoiny, <em>Random Gradient-Free
 * Minimization of Convex Functions</em>, 2017, theorem 4.
 */
public final class VarianceBound {
    private VarianceBound() {}

    /**
     * The bound.
     *
     * @param dimension d, at least 1
     * @param squaredGradientNorm ‖∇ℓ‖²
     * @param sigma σ
     * @param smoothness β, a Lipschitz constant of ∇ℓ
     * @return the largest possible E‖g‖²
     */
    public static double of(int dimension, double squaredGradientNorm, double sigma, double smoothness) {
        if (dimension < 1) {
            throw new IllegalArgumentException("dimension = " + dimension + ", expected >= 1");
        }
        double d = dimension;
        double curvature = sigma * sigma * smoothness * smoothness / 2;
        return 2 * (d + 2) * squaredGradientNorm + curvature * d * (d + 2) * (d + 4);
    }
}
