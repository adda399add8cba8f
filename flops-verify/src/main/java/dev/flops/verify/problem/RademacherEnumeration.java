package dev.flops.verify.problem;

import dev.flops.alloc.estimate.SamplingScheme;

/**
 * Exact moments of a sample w ε/σ with Rademacher ε, by running through all 2^d sign vectors.
 *
 * @param mean E[g], d values
 * @param variance tr Cov(g)
 */
public record RademacherEnumeration(double[] mean, double variance) {
    /** Largest dimension that is enumerated. */
    public static final int MAX_DIMENSION = 10;

    /**
     * Enumerates.
     *
     * @param problem the loss, of at most {@value #MAX_DIMENSION} dimensions
     * @param theta the point, d values, not modified
     * @param example index of the example
     * @param sigma σ &gt; 0
     * @param scheme how w is formed
     * @return the moments
     */
    public static RademacherEnumeration of(
            SmoothProblem problem, double[] theta, int example, double sigma, SamplingScheme scheme) {
        int d = problem.dimension();
        if (d > MAX_DIMENSION) {
            throw new IllegalArgumentException("dimension = " + d + ", expected <= " + MAX_DIMENSION);
        }
        double[] mean = new double[d];
        double second = 0;
        double weightOfOne = StrictMath.scalb(1.0, -d);
        double clean = problem.loss(theta, example);
        for (int pattern = 0; pattern < 1 << d; pattern++) {
            double plus = problem.loss(moved(theta, pattern, sigma), example);
            double minus = problem.loss(moved(theta, pattern, -sigma), example);
            double w = switch (scheme) {
                case ONE_POINT -> plus;
                case CLEAN_BASELINE -> plus - clean;
                case ANTITHETIC -> (plus - minus) / 2;
            };
            for (int p = 0; p < d; p++) {
                mean[p] += weightOfOne * w * sign(pattern, p) / sigma;
            }
            second += weightOfOne * w * w * d / (sigma * sigma);
        }
        return new RademacherEnumeration(mean, second - Vectors.dot(mean, mean));
    }

    private static double[] moved(double[] theta, int pattern, double sigma) {
        double[] out = theta.clone();
        for (int p = 0; p < out.length; p++) {
            out[p] += sigma * sign(pattern, p);
        }
        return out;
    }

    private static int sign(int pattern, int position) {
        return (pattern >> position & 1) == 0 ? 1 : -1;
    }
}
