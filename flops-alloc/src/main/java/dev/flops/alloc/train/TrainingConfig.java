package dev.flops.alloc.train;

import dev.flops.api.QueryBudget;

/**
 * How long and with what budget to train.
 *
 * @param steps number of optimizer steps, at least 1
 * @param batchSize examples per step B
 * @param budget queries per step N, clean forwards included
 * @param minimumSamples n_min, samples that each example of a batch receives at least
 * @param seed seed of the order of examples, the perturbations and the allocator's draws
 */
public record TrainingConfig(int steps, int batchSize, QueryBudget budget, int minimumSamples, long seed) {
    /** Checks the ranges. */
    public TrainingConfig {
        requireAtLeast("steps", steps);
        requireAtLeast("batchSize", batchSize);
        requireAtLeast("minimumSamples", minimumSamples);
    }

    private static void requireAtLeast(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " = " + value + ", expected >= 1");
        }
    }
}
