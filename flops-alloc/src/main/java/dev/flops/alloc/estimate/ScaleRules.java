package dev.flops.alloc.estimate;

import dev.flops.api.NoiseAddress;
import java.util.function.UnaryOperator;

/**
 * The formulas of the derivative of the smoothed loss in log σ, which is E[w (‖ε‖² − m)]. Kept in one place so that tests can put
 * a wrong one in the place of each and show that the proofs reject it.
 *
 * @param weight w of one sample, <em>even</em> in ε: with the odd weight of a gradient the estimate would be identically 0
 * @param score ‖ε‖² − m, from ‖ε‖² and the number m of perturbed numbers
 * @param address address from which the noise of a sample is regenerated
 */
record ScaleRules(EstimatorRules.WeightRule weight, Score score, UnaryOperator<NoiseAddress> address) {

    /** The score of a sample. */
    @FunctionalInterface
    interface Score {
        double score(double squaredNorm, int numbers);
    }

    /** w = (ℓ⁺ + ℓ⁻)/2 − b for pairs, ℓ⁺ − b otherwise; the baseline b is the clean loss, which no noise has touched. */
    static ScaleRules of(SamplingScheme scheme) {
        EstimatorRules.WeightRule weight = scheme == SamplingScheme.ANTITHETIC
                ? (plus, minus, clean) -> 0.5f * (plus + minus) - clean
                : (plus, minus, clean) -> plus - clean;
        return new ScaleRules(weight, (squaredNorm, numbers) -> squaredNorm - numbers, address -> address);
    }
}
