package dev.flops.alloc.estimate;

import java.util.function.IntUnaryOperator;

/**
 * The formulas that make perturbed losses an unbiased estimate, and those by which scales are learned. Kept in one place so that tests can put a wrong
 * one in the place of each and show that the proofs reject it.
 *
 * @param weight loss weight w of one row
 * @param scale factor of w in the gradient
 * @param contraction from the second counter word of a sample to the one from which the contraction regenerates its noise
 * @param scales the formulas of learned scales
 */
record EstimatorRules(WeightRule weight, ScaleRule scale, IntUnaryOperator contraction, ScaleRules scales) {
    /** With the right formulas of learned scales. */
    EstimatorRules(WeightRule weight, ScaleRule scale, IntUnaryOperator contraction) {
        this(weight, scale, contraction, ScaleRules.RIGHT);
    }

    /** w of one sample, from ℓ(+σε), ℓ(−σε) (NaN for one-sided schemes) and the clean loss. */
    @FunctionalInterface
    interface WeightRule {
        float weight(float plus, float minus, float clean);
    }

    /** The factor of w ε in ĝ: 1 / (σ n_i B), an example's own samples first, then the batch. */
    @FunctionalInterface
    interface ScaleRule {
        double scale(double sigma, int samplesOfExample, int batchSize, int totalSamples);
    }

    static EstimatorRules of(SamplingScheme scheme) {
        WeightRule weight = switch (scheme) {
            case ONE_POINT -> (plus, minus, clean) -> plus;
            case CLEAN_BASELINE -> (plus, minus, clean) -> plus - clean;
            case ANTITHETIC -> (plus, minus, clean) -> 0.5f * (plus - minus);
        };
        return new EstimatorRules(weight, (sigma, n, batch, total) -> 1 / (sigma * n * batch), counter1 -> counter1);
    }
}
