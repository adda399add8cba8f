package dev.flops.verify.stat;

/**
 * A two-sided test of the mean of bounded samples that assumes nothing else: Hoeffding's inequality (1963)
 *
 * <pre>
 *   P(|mean − E[X]| ≥ t) ≤ 2 exp(−2 n t² / (high − low)²)
 * </pre>
 *
 * holds for every n and every skewness, at the price of a larger n.
 *
 * @param low least possible sample
 * @param high largest possible sample, &gt; low
 * @param delta smallest defect to be caught, in the unit of the samples, &gt; 0
 * @param alpha probability of a false rejection, in (0, 1)
 * @param beta probability of missing a defect of size δ, in (0, 1)
 */
public record BoundedMeanTest(double low, double high, double delta, double alpha, double beta) {
    /** Checks the ranges. */
    public BoundedMeanTest {
        if (!(high > low)) {
            throw new IllegalArgumentException("high = " + high + ", expected > low = " + low);
        }
        if (!(delta > 0)) {
            throw new IllegalArgumentException("delta = " + delta + ", expected > 0");
        }
        if (!(alpha > 0 && alpha < 1) || !(beta > 0 && beta < 1)) {
            throw new IllegalArgumentException(
                    "alpha = " + alpha + ", beta = " + beta + ", expected probabilities in (0, 1)");
        }
    }

    /**
     * The number of samples that the declared rates require: n ≥ (high − low)² (√ln(2/α) + √ln(1/β))² / (2 δ²).
     *
     * @return n
     */
    public int sampleSize() {
        double roots = StrictMath.sqrt(StrictMath.log(2 / alpha)) + StrictMath.sqrt(StrictMath.log(1 / beta));
        double width = (high - low) / delta;
        return Math.toIntExact((long) StrictMath.ceil(width * width * roots * roots / 2));
    }

    /**
     * Tests H0: E[X] = expected.
     *
     * @param hypothesis H0 in words
     * @param mean mean of the samples
     * @param samples their number
     * @param expected the mean under H0
     * @return the result; INVALID when there are fewer than {@link #sampleSize()} samples
     */
    public TestResult test(String hypothesis, double mean, long samples, double expected) {
        double share = Math.abs(mean - expected) / (high - low);
        double pValue = Math.min(1, 2 * StrictMath.exp(-2.0 * samples * share * share));
        Verdict verdict = pValue <= alpha ? Verdict.REJECTED : Verdict.ACCEPTED;
        if (samples < sampleSize()) {
            verdict = Verdict.INVALID;
        }
        double z = pValue >= 1 ? 0 : NormalTails.quantile(Math.max(pValue / 2, Double.MIN_NORMAL));
        return new TestResult(hypothesis, samples, alpha, beta, mean, expected, z, pValue, verdict);
    }
}
