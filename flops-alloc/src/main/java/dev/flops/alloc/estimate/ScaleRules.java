package dev.flops.alloc.estimate;

import dev.flops.api.NoiseAddress;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The formulas of {@link ScaleObjective}. Kept in one place so that tests can put a wrong one in the place of each and show that the
 * proofs reject it.
 *
 * @param even weight of the smoothed loss, even in ε, by scheme
 * @param score ‖ε‖² − m
 * @param slope derivative of C E[w²] in log σ_j
 * @param noise address from which the noise of a sample is regenerated
 */
record ScaleRules(
        Function<SamplingScheme, EstimatorRules.WeightRule> even,
        Score score,
        Slope slope,
        UnaryOperator<NoiseAddress> noise) {
    static final ScaleRules RIGHT = new ScaleRules(
            ScaleRules::evenWeight,
            (squaredNorm, numbers) -> squaredNorm - numbers,
            (allNorms, siteNorm, score, meanSquare) -> allNorms * score - 2 * siteNorm * meanSquare,
            address -> address);

    /** From ‖ε‖² and the number m of perturbed numbers. */
    @FunctionalInterface
    interface Score {
        double score(double squaredNorm, int numbers);
    }

    /** From C_i, c_ij, mean_k w² (‖ε‖² − m) and mean_k w². */
    @FunctionalInterface
    interface Slope {
        double slope(double allNorms, double siteNorm, double score, double meanSquare);
    }

    private static EstimatorRules.WeightRule evenWeight(SamplingScheme scheme) {
        return switch (scheme) {
            case ONE_POINT, CLEAN_BASELINE -> (plus, minus, clean) -> plus - clean;
            case ANTITHETIC -> (plus, minus, clean) -> 0.5f * (plus + minus) - clean;
        };
    }
}
