package dev.flops.verify.suite;

import dev.flops.verify.gradient.CellTest;
import dev.flops.verify.stat.MeanTestDesign;

/**
 * The rates of a verification, declared before anything is drawn.
 *
 * @param alpha probability that any cell of the whole run rejects although every claim is right, in (0, 1)
 * @param beta probability that a test misses a defect of size δ, in (0, 1)
 * @param delta smallest defect to be caught, in standard deviations of what is averaged, &gt; 0
 * @param meanSkewness bound on |skewness| of u·ĝ, ≥ 0; a test whose samples break it is INVALID
 * @param varianceSkewness the same of ‖ĝ − E ĝ‖²
 * @param seed seed of all perturbations
 */
public record VerificationDesign(
        double alpha, double beta, double delta, double meanSkewness, double varianceSkewness, long seed) {
    /**
     * One false alarm in a thousand runs. The bounds on skewness are such that an estimate of few samples meets them: squared
     * distances have at least √8 where all variance lies along one line.
     */
    public static final VerificationDesign DEFAULT = new VerificationDesign(1e-3, 1e-3, 0.05, 2.25, 4, 1);

    /** Checks the ranges. */
    public VerificationDesign {
        testOf(delta, alpha, beta, meanSkewness, varianceSkewness);
    }

    /**
     * The same with another rate of false alarms.
     *
     * @param newAlpha α of the whole run
     * @return a copy
     */
    public VerificationDesign withAlpha(double newAlpha) {
        return new VerificationDesign(newAlpha, beta, delta, meanSkewness, varianceSkewness, seed);
    }

    /**
     * The same with fresh samples.
     *
     * @param newSeed seed of all perturbations
     * @return a copy
     */
    public VerificationDesign withSeed(long newSeed) {
        return new VerificationDesign(alpha, beta, delta, meanSkewness, varianceSkewness, newSeed);
    }

    /** The test of one of several cells, by the union bound. */
    CellTest forEachOf(int cells) {
        return testOf(delta, alpha / cells, beta, meanSkewness, varianceSkewness);
    }

    private static CellTest testOf(double delta, double alpha, double beta, double ofMean, double ofVariance) {
        return new CellTest(
                new MeanTestDesign(delta, alpha, beta, ofMean), new MeanTestDesign(delta, alpha, beta, ofVariance));
    }
}
