package dev.flops.verify.stat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A group-sequential test of a mean, for one of several hypotheses that share an α: after {@value #FIRST_LOOK} samples, and
 * after every fourfold number, a large defect is rejected at once; the last look is that of a {@link MeanTestDesign}. α is spent
 * in advance (Lan and DeMets 1983, here with equal early shares): {@value #EARLY_SHARE} of it by all early looks together, the
 * rest by the last one. The union bound over looks and hypotheses makes that valid whatever their dependence.
 *
 * <p>An early look has too few samples for the normal tail to hold so far out, so that it is charged with the heavier one: by
 * the first term of Cramér's series (Petrov, <em>Sums of Independent Random Variables</em>, VIII.2) a standardised mean of n samples
 * of skewness γ has
 *
 * <pre>
 *   P(Z ≥ z) ≈ (1 − Φ(z)) exp(z³ |γ| / (6 √n))
 * </pre>
 *
 * with the larger of the declared and the observed |γ|. Nothing is accepted early.
 */
public final class SequentialMeanTest {
    /** Samples of the first look. */
    public static final int FIRST_LOOK = MeanTestDesign.MINIMUM_SAMPLES;

    /** Share of α that the last look may spend. */
    public static final double LAST_SHARE = 0.95;

    private static final double EARLY_SHARE = 0.05;
    private static final int GROWTH = 4;

    /** Where the normal tail is near the smallest double. */
    private static final double FARTHEST = 36;

    private final MeanTestDesign last;
    private final double earlyAlpha;
    private final int[] looks;

    /**
     * A test.
     *
     * @param design rates of the whole family
     * @param hypotheses how many hypotheses share its α, at least 1
     */
    public SequentialMeanTest(MeanTestDesign design, int hypotheses) {
        last = new MeanTestDesign(design.delta(), design.alpha() * LAST_SHARE, design.beta(), design.skewness())
                .forEachOf(hypotheses);
        List<Integer> numbers = new ArrayList<>();
        for (long n = FIRST_LOOK; n < last.sampleSize(); n *= GROWTH) {
            numbers.add((int) n);
        }
        earlyAlpha = design.alpha() * EARLY_SHARE / hypotheses / Math.max(1, numbers.size());
        numbers.add(last.sampleSize());
        looks = numbers.stream().mapToInt(Integer::intValue).toArray();
    }

    /**
     * Numbers of samples at which to look.
     *
     * @return increasing; the last is what the design requires
     */
    public int[] looks() {
        return looks.clone();
    }

    /**
     * Looks early.
     *
     * @param hypothesis H0 in words
     * @param samples the samples so far
     * @param expected the mean under H0
     * @param tolerance known bound on a deviation that is no defect
     * @return a rejection, or empty if the test must go on
     */
    public Optional<TestResult> early(String hypothesis, Moments samples, double expected, double tolerance) {
        if (samples.count() >= last.sampleSize()) {
            return Optional.empty();
        }
        double distance = Math.abs(samples.mean() - expected) - tolerance;
        double error = StrictMath.sqrt(samples.variance() / (double) samples.count());
        double z = MeanTestDesign.standardise(distance, error);
        double skewness = StrictMath.max(last.skewness(), StrictMath.abs(samples.skewness()));
        double pValue = tail(z, skewness, samples.count());
        return pValue <= earlyAlpha
                ? Optional.of(new TestResult(
                        hypothesis,
                        samples.count(),
                        earlyAlpha,
                        last.beta(),
                        samples.mean(),
                        expected,
                        z,
                        pValue,
                        Verdict.REJECTED))
                : Optional.empty();
    }

    /**
     * The last look.
     *
     * @param hypothesis H0 in words
     * @param samples the samples, as many as the last of {@link #looks()}
     * @param expected the mean under H0
     * @param tolerance known bound on a deviation that is no defect
     * @return the result, at the level of one hypothesis: to be corrected by {@link HolmCorrection} with {@link #LAST_SHARE} of α
     */
    public TestResult last(String hypothesis, Moments samples, double expected, double tolerance) {
        return last.test(hypothesis, samples, expected, tolerance);
    }

    /** Both tails; beyond z = 2√n/|γ|, where the term would no longer fall, and beyond {@value #FARTHEST}, those at this z. */
    private static double tail(double z, double skewness, long n) {
        double slope = skewness / (6 * StrictMath.sqrt((double) n));
        double used = StrictMath.min(StrictMath.min(z, FARTHEST), slope == 0 ? FARTHEST : 1 / (3 * slope));
        return StrictMath.min(1, 2 * NormalTails.upper(used) * StrictMath.exp(slope * used * used * used));
    }
}
