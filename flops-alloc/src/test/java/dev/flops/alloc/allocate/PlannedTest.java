package dev.flops.alloc.allocate;

import dev.flops.api.RandomKey;

/** Plans of statistical tests: quantiles, sample sizes, keys that follow from a test's name. */
final class PlannedTest {
    private PlannedTest() {}

    /** The z with P(N(0, 1) &gt; z) = tail, for tail in (0, 0.1]. */
    static double normalQuantile(double tail) {
        double low = 1;
        double high = 40;
        while (high - low > 1e-12) {
            double middle = (low + high) / 2;
            if (upperTail(middle) > tail) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }

    /** The sample size n ≥ ((z_{1−α/2} + z_{1−β})/δ)² that finds a mean of δ standard deviations with power 1 − β. */
    static int samples(double alpha, double beta, double delta) {
        double root = (normalQuantile(alpha / 2) + normalQuantile(beta)) / delta;
        return (int) Math.ceil(root * root);
    }

    /** A root key that is a function of the test's name. */
    static RandomKey key(String test) {
        long hash = 0xCBF29CE484222325L;
        for (int i = 0; i < test.length(); i++) {
            hash = (hash ^ test.charAt(i)) * 0x100000001B3L;
        }
        return RandomKey.ofSeed(hash);
    }

    /** Laplace's continued fraction of the Mills ratio, converged for z ≥ 1. */
    private static double upperTail(double z) {
        double fraction = z;
        for (int k = 400; k >= 1; k--) {
            fraction = z + k / fraction;
        }
        return StrictMath.exp(-z * z / 2) / StrictMath.sqrt(2 * StrictMath.PI) / fraction;
    }
}
