package dev.flops.alloc.allocate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.flops.alloc.allocate.GaussianAllocatorConfig.Gradient;
import dev.flops.alloc.allocate.GaussianAllocatorConfig.Link;
import dev.flops.alloc.allocate.PolicyGradient.Parts;
import dev.flops.api.RandomKey;
import org.junit.jupiter.api.Test;

/**
 * The pathwise gradient against central differences of the relaxed reward under the same draws, which leaves no sampling error; the
 * likelihood-ratio gradient against the pathwise one over independent draws, in a planned test of four means.
 *
 * <p>Plan: H0 that the means of both estimators are equal; α = 1e-6 over the four parameters (Bonferroni), β = 1e-3 for a
 * difference of δ = 0.02 standard deviations of one replicate; the size is also large enough for the normal approximation of
 * a skewed mean, which the test checks.
 */
final class PolicyGradientTest {
    private static final double ALPHA = 1e-6 / 4;
    private static final double BETA = 1e-3;
    private static final double DELTA = 0.02;
    private static final double JITTER = 1e-2;
    private static final double[] Z = {-1.1, -0.5, 0.1, 0.2, 1.3, 0.9};
    private static final double[] V = {0.1, 0.4, 1.5, 0.7, 9, 3};
    private static final double[] PHI = {0.4, 0.3, Math.log(0.4), Math.log(0.8)};
    private static final int SAMPLES = 30;
    private static final int MINIMUM = 2;
    private static final int DRAWS = 2;

    @Test
    void pathwiseIsTheDerivativeOfTheRelaxedRewardUnderCommonRandomNumbers() {
        assertThat(largestDifference(Parts.PRODUCTION)).isLessThan(1e-7);
    }

    @Test
    void commonRandomNumbersRejectAWrongDenominator() {
        AllocationReward.EqualVariance perSample =
                (variances, samples) -> AllocationReward.equalVariance(variances, samples) / variances.length;
        assertThat(largestDifference(new Parts(LargestRemainder::round, Parts.PRODUCTION.baseline(), perSample)))
                .isGreaterThan(1e-2);
    }

    private static double largestDifference(Parts parts) {
        int draws = 50;
        double h = 1e-5;
        RandomKey key = PlannedTest.key("PolicyGradientTest.commonRandomNumbers");
        double[] found = estimate(policy(parts, draws), parts, Gradient.PATHWISE, key);
        double largest = 0;
        for (int p = 0; p < 4; p++) {
            double expected = (meanReward(p, h, draws, key) - meanReward(p, -h, draws, key)) / (2 * h);
            largest = Math.max(largest, Math.abs(found[p] - expected));
        }
        return largest;
    }

    private static double meanReward(int p, double shift, int draws, RandomKey key) {
        ScoreOracle oracle = new ScoreOracle(Z, JITTER);
        double[] phi = PHI.clone();
        phi[p] += shift;
        double[] xi = new double[Z.length];
        double sum = 0;
        for (int m = 0; m < draws; m++) {
            NormalDraws.fill(key.bits(1, m), xi);
            sum += ScoreOracle.relaxedReward(oracle.scores(phi, xi), V, SAMPLES, MINIMUM);
        }
        return sum / draws;
    }

    @Test
    void theTwoEstimatorsOfTheRelaxedRewardAgree() {
        double limit = PlannedTest.normalQuantile(ALPHA / 2);
        for (double z : standardizedDifferences(Parts.PRODUCTION)) {
            assertThat(Math.abs(z)).isLessThan(limit);
        }
    }

    @Test
    void theComparisonRejectsABaselineThatIncludesTheOwnReward() {
        Parts mutant =
                new Parts(LargestRemainder::round, (sum, own, draws) -> sum / draws, AllocationReward::equalVariance);
        double limit = PlannedTest.normalQuantile(ALPHA / 2);
        assertThat(Math.abs(standardizedDifferences(mutant)[0])).isGreaterThan(limit);
    }

    /** z of the mean difference, per parameter; both policies get the parts, and only one uses a baseline. */
    private static double[] standardizedDifferences(Parts parts) {
        int replicates = PlannedTest.samples(ALPHA, BETA, DELTA);
        double limit = PlannedTest.normalQuantile(ALPHA / 2);
        RandomKey root = PlannedTest.key("PolicyGradientTest.estimatorsAgree");
        PolicyGradient policy = policy(parts, DRAWS);
        double[][] difference = new double[4][replicates];
        for (int r = 0; r < replicates; r++) {
            double[] ratio = estimate(policy, parts, Gradient.LIKELIHOOD_RATIO, root.fold(2, r));
            double[] path = estimate(policy, parts, Gradient.PATHWISE, root.fold(3, r));
            for (int p = 0; p < 4; p++) {
                difference[p][r] = ratio[p] - path[p];
            }
        }
        double[] z = new double[4];
        for (int p = 0; p < 4; p++) {
            double mean = moment(difference[p], 0, 1);
            double deviation = Math.sqrt(moment(difference[p], mean, 2));
            double skewness = moment(difference[p], mean, 3) / StrictMath.pow(deviation, 3);
            // The normal approximation of the mean holds this far out.
            assertThat(StrictMath.pow(limit, 3) * Math.abs(skewness) / (6 * Math.sqrt(replicates)))
                    .isLessThan(0.2);
            z[p] = mean / (deviation / Math.sqrt(replicates));
        }
        return z;
    }

    private static double moment(double[] values, double about, int power) {
        double sum = 0;
        for (double value : values) {
            sum += StrictMath.pow(value - about, power);
        }
        return sum / values.length;
    }

    @Test
    void theOffsetHasNoPathwiseGradientUnderSoftmax() {
        double[] gradient = estimate(
                policy(Parts.PRODUCTION, 100),
                Parts.PRODUCTION,
                Gradient.PATHWISE,
                PlannedTest.key("PolicyGradientTest.offset"));
        assertThat(gradient[1]).isCloseTo(0, within(1e-15));
        assertThat(Math.abs(gradient[0])).isGreaterThan(0.1);
    }

    @Test
    void withoutFreeSamplesThereIsNothingToLearn() {
        for (Gradient gradient : Gradient.values()) {
            double[] found = new double[4];
            policy(Parts.PRODUCTION, 16)
                    .estimateInto(gradient, true, reward(12, Parts.PRODUCTION), 2, RandomKey.ofSeed(1), found);
            for (double value : found) {
                assertThat(value).isCloseTo(0, within(1e-14));
            }
        }
    }

    private static PolicyGradient policy(Parts parts, int draws) {
        GaussianScores scores = new GaussianScores(Z.length);
        scores.factorize(
                Z,
                GaussianParameters.clamped(PHI[0], PHI[1], PHI[2], PHI[3], GaussianParameters.LEAST_SCALE),
                JITTER,
                true);
        return new PolicyGradient(scores, Link.SOFTMAX, parts, draws);
    }

    /** With the relaxed reward. */
    private static double[] estimate(PolicyGradient policy, Parts parts, Gradient gradient, RandomKey key) {
        double[] found = new double[4];
        policy.estimateInto(gradient, false, reward(SAMPLES, parts), MINIMUM, key, found);
        return found;
    }

    private static AllocationReward reward(int samples, Parts parts) {
        AllocationReward reward = new AllocationReward(parts.equalVariance());
        reward.begin(V, samples);
        return reward;
    }
}
