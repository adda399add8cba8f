package dev.flops.verify.problem;

import dev.flops.alloc.estimate.SamplingScheme;
import java.util.Arrays;
import java.util.OptionalDouble;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;

/**
 * Quadratic losses ℓ_i(θ) = c_i + b_i·θ + ½ θᵀHθ with a common Hessian. Smoothing adds the constant σ² tr H / 2, so that
 * the smoothed gradient is the gradient g = b_i + Hθ. With Q = (d + 4)((tr H)² + 2 tr H²)/4 and from the moments of
 * Gaussian quadratic forms
 *
 * <pre>
 *   antithetic:      v = (d + 1)‖g‖²
 *   clean baseline:  v = (d + 1)‖g‖² + σ² Q
 *   one point:       v = (d + 1)‖g‖² + σ² Q + d ℓ²/σ² + (d + 2) ℓ tr H
 * </pre>
 */
public final class QuadraticProblem implements SmoothProblem {
    private final double[] offsets;
    private final double[][] slopes;
    private final double[][] hessian;

    /**
     * A problem.
     *
     * @param offsets c_i, one per example, copied
     * @param slopes b_i, one row per example, copied
     * @param hessian symmetric (d, d), copied
     */
    public QuadraticProblem(double[] offsets, double[][] slopes, double[][] hessian) {
        Vectors.requireRectangle("slopes", slopes);
        Vectors.requireRectangle("hessian", hessian);
        if (offsets.length != slopes.length) {
            throw new IllegalArgumentException("offsets.length = " + offsets.length + ", expected " + slopes.length);
        }
        int d = slopes[0].length;
        if (hessian.length != d || hessian[0].length != d) {
            throw new IllegalArgumentException(
                    "hessian is " + hessian.length + " x " + hessian[0].length + ", expected " + d + " x " + d);
        }
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < i; j++) {
                if (hessian[i][j] != hessian[j][i]) {
                    throw new IllegalArgumentException("hessian[" + i + "][" + j + "] = " + hessian[i][j]
                            + ", expected " + hessian[j][i] + " as on the other side of the diagonal");
                }
            }
        }
        this.offsets = offsets.clone();
        this.slopes = Vectors.copy(slopes);
        this.hessian = Vectors.copy(hessian);
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
        double curvature = 0;
        for (int i = 0; i < theta.length; i++) {
            curvature += theta[i] * Vectors.dot(hessian[i], theta);
        }
        return offsets[example] + Vectors.dot(slopes[example], theta) + curvature / 2;
    }

    @Override
    public double[] gradient(double[] theta, int example) {
        double[] out = slopes[example].clone();
        for (int i = 0; i < out.length; i++) {
            out[i] += Vectors.dot(hessian[i], theta);
        }
        return out;
    }

    @Override
    public double[] smoothedGradient(double[] theta, int example, double sigma) {
        return gradient(theta, example);
    }

    @Override
    public double sampleVariance(double[] theta, int example, double sigma, SamplingScheme scheme) {
        int d = dimension();
        double[] gradient = gradient(theta, example);
        double trace = 0;
        double squares = 0;
        for (int i = 0; i < d; i++) {
            trace += hessian[i][i];
            squares += Vectors.dot(hessian[i], hessian[i]);
        }
        double slope = (d + 1) * Vectors.dot(gradient, gradient);
        double curvature = sigma * sigma * (d + 4) * (trace * trace + 2 * squares) / 4;
        double loss = loss(theta, example);
        return switch (scheme) {
            case ANTITHETIC -> slope;
            case CLEAN_BASELINE -> slope + curvature;
            case ONE_POINT -> slope + curvature + d * loss * loss / (sigma * sigma) + (d + 2) * loss * trace;
        };
    }

    /** The gradient itself: third moments of ε vanish. */
    @Override
    public double[] rademacherMean(double[] theta, int example, double sigma) {
        return gradient(theta, example);
    }

    /** The spectral norm of H. */
    @Override
    public OptionalDouble smoothness(int example) {
        double[] eigenvalues = new EigenDecomposition(new Array2DRowRealMatrix(hessian)).getRealEigenvalues();
        return Arrays.stream(eigenvalues).map(Math::abs).max();
    }
}
