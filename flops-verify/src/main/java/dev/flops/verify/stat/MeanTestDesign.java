package dev.flops.verify.stat;

/**
 * A two-sided test of a mean, designed before any sample is drawn: it declares what it must catch and how often it may
 * err, and computes the number of samples from that,
 *
 * <pre>
 *   n ≥ ((z_{1−α/2} + z_{1−β}) / δ)²,   n ≥ 2000,   z_{1−α/2}³ γ / (6 √n) ≤ 0.2
 * </pre>
 *
 * where γ is the skewness of one sample. The last condition bounds the first Edgeworth term, by which the tail of a
 * standardised mean differs from the normal tail (Feller, <em>An Introduction to Probability Theory</em> II, XVI.4).
 *
 * @param delta smallest defect to be caught, in standard deviations of one sample, &gt; 0
 * @param alpha probability of a false rejection, in (0, 1), after correction for all hypotheses of a family
 * @param beta probability of missing a defect of size δ, in (0, 1)
 * @param skewness bound on |skewness| of one sample, ≥ 0; the samples are held against it
 */
public record MeanTestDesign(double delta, double alpha, double beta, double skewness) {
    /** Fewest samples for which a mean is treated as normal. */
    public static final int MINIMUM_SAMPLES = 2000;

    /** Largest relative change of a tail by skewness that is accepted. */
    public static final double EDGEWORTH_LIMIT = 0.2;

    /** Checks the ranges. */
    public MeanTestDesign {
        if (!(delta > 0) || Double.isInfinite(delta)) {
            throw new IllegalArgumentException("delta = " + delta + ", expected a finite number > 0");
        }
        requireProbability("alpha", alpha);
        requireProbability("beta", beta);
        if (!(skewness >= 0) || Double.isInfinite(skewness)) {
            throw new IllegalArgumentException("skewness = " + skewness + ", expected a finite number >= 0");
        }
    }

    /**
     * The design of each of several hypotheses that share this one's α: any of them may be the first that Holm's
     * correction looks at, at level α / count.
     *
     * @param count number of hypotheses, at least 1
     * @return a design at level α / count
     */
    public MeanTestDesign forEachOf(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("count = " + count + ", expected >= 1");
        }
        return new MeanTestDesign(delta, alpha / count, beta, skewness);
    }

    /**
     * The number of samples that the declared rates require.
     *
     * @return n
     */
    public int sampleSize() {
        double z = NormalTails.quantile(alpha / 2);
        double power = (z + NormalTails.quantile(beta)) / delta;
        double guard = z * z * z * skewness / (6 * EDGEWORTH_LIMIT);
        double n = StrictMath.max(power * power, guard * guard);
        if (n > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    this + " needs " + n + " samples, expected at most " + Integer.MAX_VALUE);
        }
        return Math.max(MINIMUM_SAMPLES, (int) StrictMath.ceil(n));
    }

    /**
     * Tests H0: |E[X] − expected| ≤ tolerance.
     *
     * @param hypothesis H0 in words
     * @param samples the samples, at least {@link #sampleSize()}
     * @param expected the mean under H0
     * @param tolerance known bound on a deviation that is no defect (0 for an exact statement), in the unit of X
     * @return the result; INVALID when there are too few samples or their skewness breaks the Edgeworth condition
     */
    public TestResult test(String hypothesis, Moments samples, double expected, double tolerance) {
        double distance = Math.abs(samples.mean() - expected) - tolerance;
        return test(hypothesis, samples, expected, distance, true);
    }

    /**
     * Tests the one-sided H0: E[X] ≤ bound.
     *
     * @param hypothesis H0 in words
     * @param samples the samples, at least {@link #sampleSize()}
     * @param bound the largest mean under H0
     * @return the result, conservative: at half the declared α
     */
    public TestResult testAtMost(String hypothesis, Moments samples, double bound) {
        return test(hypothesis, samples, bound, samples.mean() - bound, false);
    }

    private TestResult test(String hypothesis, Moments samples, double expected, double distance, boolean twoSided) {
        double error = StrictMath.sqrt(samples.variance() / (double) samples.count());
        double z = standardise(distance, error);
        double tail = NormalTails.upper(z);
        double pValue = twoSided ? Math.min(1, 2 * tail) : tail;
        Verdict verdict = pValue <= (twoSided ? alpha : alpha / 2) ? Verdict.REJECTED : Verdict.ACCEPTED;
        if (!supports(samples)) {
            verdict = Verdict.INVALID;
        }
        return new TestResult(hypothesis, samples.count(), alpha, beta, samples.mean(), expected, z, pValue, verdict);
    }

    private boolean supports(Moments samples) {
        double z = NormalTails.quantile(alpha / 2);
        double edgeworth = z * z * z * Math.abs(samples.skewness()) / (6 * StrictMath.sqrt((double) samples.count()));
        return samples.count() >= sampleSize() && edgeworth <= EDGEWORTH_LIMIT;
    }

    /** Samples without spread are compared as they are. */
    static double standardise(double distance, double error) {
        if (distance <= 0) {
            return 0;
        }
        return error == 0 ? Double.POSITIVE_INFINITY : distance / error;
    }

    private static void requireProbability(String name, double value) {
        if (!(value > 0 && value < 1)) {
            throw new IllegalArgumentException(name + " = " + value + ", expected a probability in (0, 1)");
        }
    }
}
