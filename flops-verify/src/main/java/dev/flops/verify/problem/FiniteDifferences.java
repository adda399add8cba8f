package dev.flops.verify.problem;

/**
 * Gradients from losses alone: central differences with steps h and 2h, extrapolated (Richardson) to an error of O(h⁴),
 *
 * <pre>
 *   ∂_j ℓ ≈ (8 (ℓ(θ + h e_j) − ℓ(θ − h e_j)) − (ℓ(θ + 2h e_j) − ℓ(θ − 2h e_j))) / (12 h),   h = 10⁻³
 * </pre>
 *
 * good to about 10⁻¹¹ for losses and derivatives of order 1.
 */
public final class FiniteDifferences {
    private static final double STEP = 1e-3;

    private FiniteDifferences() {}

    /**
     * A gradient.
     *
     * @param losses the loss, four times differentiable around θ
     * @param theta the point, d values, not modified
     * @param example index of the example
     * @return ∇ℓ_i(θ), d values
     */
    public static double[] gradient(LossFunction losses, double[] theta, int example) {
        double[] gradient = new double[theta.length];
        double[] point = theta.clone();
        for (int j = 0; j < theta.length; j++) {
            double near = difference(losses, point, example, j, STEP);
            double far = difference(losses, point, example, j, 2 * STEP);
            gradient[j] = (8 * near - far) / (12 * STEP);
        }
        return gradient;
    }

    /** ℓ(θ + h e_j) − ℓ(θ − h e_j); θ is as before afterwards. */
    private static double difference(LossFunction losses, double[] theta, int example, int j, double h) {
        double before = theta[j];
        theta[j] = before + h;
        double plus = losses.loss(theta, example);
        theta[j] = before - h;
        double minus = losses.loss(theta, example);
        theta[j] = before;
        return plus - minus;
    }
}
