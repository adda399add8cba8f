package dev.flops.alloc.train;

import dev.flops.alloc.allocate.AdaptiveBudget;
import dev.flops.api.QueryBudget;
import java.util.Optional;

/**
 * How long and with what budget to train.
 *
 * @param steps number of optimizer steps, at least 1; with a rule, the number that the run would have with N queries each
 * @param batchSize examples per step B
 * @param budget queries per step N, clean forwards included; a run spends steps · N, with a rule at most that
 * @param minimumSamples n_min, samples that each example of a batch receives at least
 * @param seed seed of the order of examples, the perturbations and the allocator's draws
 * @param rule chooses the samples of each step from the steps before it; empty for N in each
 */
public record TrainingConfig(
        int steps, int batchSize, QueryBudget budget, int minimumSamples, long seed, Optional<AdaptiveBudget> rule) {
    /** Checks the ranges. */
    public TrainingConfig {
        requireAtLeast("steps", steps);
        requireAtLeast("batchSize", batchSize);
        requireAtLeast("minimumSamples", minimumSamples);
    }

    /**
     * A training that spends N queries in each step.
     *
     * @param steps number of optimizer steps, at least 1
     * @param batchSize examples per step B
     * @param budget queries per step N, clean forwards included
     * @param minimumSamples n_min, samples that each example of a batch receives at least
     * @param seed seed of the order of examples, the perturbations and the allocator's draws
     */
    public TrainingConfig(int steps, int batchSize, QueryBudget budget, int minimumSamples, long seed) {
        this(steps, batchSize, budget, minimumSamples, seed, Optional.empty());
    }

    private static void requireAtLeast(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " = " + value + ", expected >= 1");
        }
    }
}
