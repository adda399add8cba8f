package dev.flops.verify.gradient;

import dev.flops.verify.problem.SmoothProblem;

/**
 * Expectations over a sphere from those over Gaussians: a functional of polynomials in s² that is known by its moments c_j is a
 * weighted sum of values at s² = 0, σ²/3, 2σ²/3, σ², exact up to the third power of s².
 */
final class SphereSmoothing {
    private static final int NODES = 4;

    private SphereSmoothing() {}

    /** E[ℓ(θ + σε) ε]/σ, ε uniform on the sphere of radius √d. */
    static double[] gradient(SmoothProblem problem, double[] theta, int example, double sigma) {
        double[] sum = new double[theta.length];
        for (int node = 0; node < NODES; node++) {
            double scale = sigma * StrictMath.sqrt(square(node));
            double[] smoothed =
                    node == 0 ? problem.gradient(theta, example) : problem.smoothedGradient(theta, example, scale);
            double weight = weight(theta.length, node);
            for (int p = 0; p < sum.length; p++) {
                sum[p] += weight * smoothed[p];
            }
        }
        return sum;
    }

    /** (s/σ)² of a node. */
    private static double square(int node) {
        return node / (NODES - 1.0);
    }

    /** What the functional makes of the Lagrange polynomial of the node. */
    private static double weight(int d, int node) {
        double[] polynomial = {1};
        for (int other = 0; other < NODES; other++) {
            if (other != node) {
                polynomial = timesRoot(polynomial, square(other), square(node) - square(other));
            }
        }
        double sum = 0;
        double moment = 1;
        for (int j = 0; j < polynomial.length; j++) {
            sum += polynomial[j] * moment;
            moment *= (double) d / (d + 2 * (j + 1));
        }
        return sum;
    }

    /** The polynomial times (x − root)/scale; coefficients by rising powers. */
    private static double[] timesRoot(double[] polynomial, double root, double scale) {
        double[] out = new double[polynomial.length + 1];
        for (int j = 0; j < polynomial.length; j++) {
            out[j] -= polynomial[j] * root / scale;
            out[j + 1] += polynomial[j] / scale;
        }
        return out;
    }
}
