package dev.flops.verify.stat;

import java.util.Locale;

/**
 * What a statistical test found.
 *
 * @param hypothesis H0 in words
 * @param samples n
 * @param alpha probability of a false rejection of this hypothesis
 * @param beta probability of missing a defect of the declared size
 * @param observed what was measured
 * @param expected what H0 says
 * @param z distance between the two in standard errors, beyond the tolerance of H0; for a bounded test, the normal
 *     quantile that belongs to the p-value
 * @param pValue probability under H0 of a result at least as far away
 * @param verdict the outcome
 */
public record TestResult(
        String hypothesis,
        long samples,
        double alpha,
        double beta,
        double observed,
        double expected,
        double z,
        double pValue,
        Verdict verdict) {

    /**
     * The result of a comparison without any probability of error.
     *
     * @param hypothesis H0 in words
     * @param repeats values that were compared
     * @param observed the one farthest from what was expected
     * @param expected what H0 says
     * @param tolerance bound on a deviation that is no defect
     * @return accepted or rejected, α = β = 0
     */
    public static TestResult exact(
            String hypothesis, long repeats, double observed, double expected, double tolerance) {
        boolean right = Math.abs(observed - expected) <= tolerance;
        return new TestResult(
                hypothesis,
                repeats,
                0,
                0,
                observed,
                expected,
                right ? 0 : Double.POSITIVE_INFINITY,
                right ? 1 : 0,
                right ? Verdict.ACCEPTED : Verdict.REJECTED);
    }

    /**
     * The same result under another level and verdict, as after a correction for several hypotheses.
     *
     * @param newAlpha the level
     * @param newVerdict the outcome
     * @return a copy
     */
    public TestResult withVerdict(double newAlpha, Verdict newVerdict) {
        return new TestResult(hypothesis, samples, newAlpha, beta, observed, expected, z, pValue, newVerdict);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s: H0 \"%s\", n = %d, alpha = %.3g, beta = %.3g, observed = %.6g, expected = %.6g, z = %.2f, p = %.3g",
                verdict,
                hypothesis,
                samples,
                alpha,
                beta,
                observed,
                expected,
                z,
                pValue);
    }
}
