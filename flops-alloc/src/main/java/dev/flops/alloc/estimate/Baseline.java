package dev.flops.alloc.estimate;

import dev.flops.api.Stateful;

/**
 * What a one-sided difference subtracts from a perturbed loss. A baseline of a sample must be independent of that
 * sample's directions; then it changes the variance and not the expectation.
 */
public interface Baseline {
    /**
     * Name for reports.
     *
     * @return a short name
     */
    String name();

    /**
     * Whether the loss at θ itself is queried.
     *
     * @return clean queries per example, 0 or 1
     */
    default int cleanQueriesPerExample() {
        return 0;
    }

    /**
     * The fewest samples per example for which the baseline exists.
     *
     * @return at least 1
     */
    default int minimumSamples() {
        return 1;
    }

    /**
     * The baselines of one example's samples in one step.
     *
     * @param example index of the example in its data set
     * @param cleanLoss ℓ_i(θ), NaN without clean queries
     * @param sampleLosses perturbed losses, one per sample (of a set of directions: their mean), not modified
     * @param baselines modified: b per sample
     */
    void fill(int example, double cleanLoss, double[] sampleLosses, double[] baselines);

    /**
     * Is told of an example's losses when a step is over, for later steps.
     *
     * @param example index of the example in its data set
     * @param meanLoss mean of its perturbed losses
     */
    default void observe(int example, double meanLoss) {}

    /**
     * What the baseline remembers of earlier steps.
     *
     * @return {@link Stateful#NONE} unless the baseline says otherwise
     */
    default Stateful state() {
        return Stateful.NONE;
    }
}
