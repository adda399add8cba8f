package dev.flops.verify.problem;

import dev.flops.alloc.estimate.SamplingScheme;

/**
 * Cubic losses ℓ_i(θ) = b_i·θ + κ (a_i·θ)³: the lowest degree at which smoothing moves the gradient and pairs are no
 * longer exact. With z = a·θ, A = ‖a‖², g = ∇ℓ = b + 3κz²a and t = a·ε
 *
 * <pre>
 *   (ℓ(θ + σε) − ℓ)/σ = g·ε + 3κσz t² + κσ²t³          ∇ E ℓ(θ + σε) = g + 3κσ²A a
 * </pre>
 *
 * and since E[q ‖ε‖²] = (d + k) E[q] for homogeneous q of degree k, the second moment of a sample is
 *
 * <pre>
 *   antithetic:      m = (d + 2)‖g‖² + 6κσ²(d + 4) A (g·a) + 15κ²σ⁴(d + 6) A³
 *   clean baseline:  m + 27κ²σ²z²(d + 4) A²
 *   one point:       m + 27κ²σ²z²(d + 4) A² + d ℓ²/σ² + 6κℓz(d + 2) A
 * </pre>
 *
 * With Rademacher ε the expectation of a sample is g + κσ²(3A a_j − 2a_j³).
 */
public final class CubicProblem implements SmoothProblem {
    private final double kappa;
    private final double[][] slopes;
    private final double[][] directions;

    /**
     * A problem.
     *
     * @param kappa κ
     * @param slopes b_i, one row per example, copied
     * @param directions a_i, one row per example, copied
     */
    public CubicProblem(double kappa, double[][] slopes, double[][] directions) {
        Vectors.requireRectangle("slopes", slopes);
        Vectors.requireRectangle("directions", directions);
        if (directions.length != slopes.length || directions[0].length != slopes[0].length) {
            throw new IllegalArgumentException("directions is " + directions.length + " x " + directions[0].length
                    + ", expected " + slopes.length + " x " + slopes[0].length);
        }
        this.kappa = kappa;
        this.slopes = Vectors.copy(slopes);
        this.directions = Vectors.copy(directions);
    }

    @Override
    public int dimension() {
        return slopes[0].length;
    }

    @Override
    public int examples() {
        return slopes.length;
    }

    @Override
    public double loss(double[] theta, int example) {
        double z = Vectors.dot(directions[example], theta);
        return Vectors.dot(slopes[example], theta) + kappa * z * z * z;
    }

    @Override
    public double[] gradient(double[] theta, int example) {
        double z = Vectors.dot(directions[example], theta);
        return Vectors.sum(slopes[example], Vectors.scaled(3 * kappa * z * z, directions[example]));
    }

    @Override
    public double[] smoothedGradient(double[] theta, int example, double sigma) {
        double square = Vectors.dot(directions[example], directions[example]);
        return Vectors.sum(
                gradient(theta, example), Vectors.scaled(3 * kappa * sigma * sigma * square, directions[example]));
    }

    @Override
    public double[] rademacherMean(double[] theta, int example, double sigma) {
        double[] a = directions[example];
        double square = Vectors.dot(a, a);
        double[] mean = gradient(theta, example);
        for (int j = 0; j < mean.length; j++) {
            mean[j] += kappa * sigma * sigma * (3 * square * a[j] - 2 * a[j] * a[j] * a[j]);
        }
        return mean;
    }

    @Override
    public double sampleVariance(double[] theta, int example, double sigma, SamplingScheme scheme) {
        int d = dimension();
        double[] a = directions[example];
        double[] g = gradient(theta, example);
        double[] mean = smoothedGradient(theta, example, sigma);
        double square = Vectors.dot(a, a);
        double z = Vectors.dot(a, theta);
        double step = kappa * sigma * sigma;
        double pair = (d + 2) * Vectors.dot(g, g)
                + 6 * step * (d + 4) * square * Vectors.dot(g, a)
                + 15 * step * step * (d + 6) * square * square * square
                - Vectors.dot(mean, mean);
        double curvature = 27 * kappa * step * z * z * (d + 4) * square * square;
        double loss = loss(theta, example);
        return switch (scheme) {
            case ANTITHETIC -> pair;
            case CLEAN_BASELINE -> pair + curvature;
            case ONE_POINT ->
                pair + curvature + d * loss * loss / (sigma * sigma) + 6 * kappa * loss * z * (d + 2) * square;
        };
    }
}
