package dev.flops.verify.problem;

import dev.flops.alloc.estimate.SamplingScheme;
import java.util.OptionalDouble;

/**
 * Linear losses ℓ_i(θ) = c_i + g_i·θ. Smoothing changes nothing, and with d = dim θ
 *
 * <pre>
 *   one point: v = d ℓ²/σ² + (d + 1)‖g‖²       clean baseline, antithetic: v = (d + 1)‖g‖²
 * </pre>
 */
public final class LinearProblem implements SmoothProblem {
    private final double[] offsets;
    private final double[][] slopes;

    /**
     * A problem.
     *
     * @param offsets c_i, one per example, copied
     * @param slopes g_i, one row per example, copied
     */
    public LinearProblem(double[] offsets, double[][] slopes) {
        Vectors.requireRectangle("slopes", slopes);
        if (offsets.length != slopes.length) {
            throw new IllegalArgumentException("offsets.length = " + offsets.length + ", expected " + slopes.length);
        }
        this.offsets = offsets.clone();
        this.slopes = Vectors.copy(slopes);
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
        return offsets[example] + Vectors.dot(slopes[example], theta);
    }

    @Override
    public double[] gradient(double[] theta, int example) {
        return slopes[example].clone();
    }

    @Override
    public double[] smoothedGradient(double[] theta, int example, double sigma) {
        return gradient(theta, example);
    }

    @Override
    public double sampleVariance(double[] theta, int example, double sigma, SamplingScheme scheme) {
        int d = dimension();
        double slope = (d + 1) * Vectors.dot(slopes[example], slopes[example]);
        double loss = loss(theta, example);
        return scheme == SamplingScheme.ONE_POINT ? slope + d * loss * loss / (sigma * sigma) : slope;
    }

    @Override
    public double[] rademacherMean(double[] theta, int example, double sigma) {
        return gradient(theta, example);
    }

    @Override
    public OptionalDouble smoothness(int example) {
        return OptionalDouble.of(0);
    }
}
