package dev.flops.bench.task;

import dev.flops.alloc.allocate.AdaptiveBudget;
import dev.flops.api.QueryBudget;
import dev.flops.api.SamplingCost;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a step may spend.
 *
 * @param queries N, queries per step with clean forwards counted; empty for what {@code samplesPerExample} needs
 * @param samplesPerExample samples per example on average when {@code queries} is empty, at least 1; those of the first step
 *     where a rule chooses
 * @param minimumSamples n_min, samples that each example receives at least, at least 1
 * @param choice who chooses what each step spends; with a rule, a run spends in all what its steps of N queries would
 */
public record BudgetConfig(OptionalLong queries, int samplesPerExample, int minimumSamples, BudgetChoice choice) {
    /** Checks the ranges. */
    public BudgetConfig {
        requireAtLeast("samplesPerExample", samplesPerExample);
        requireAtLeast("minimumSamples", minimumSamples);
    }

    /**
     * A budget of N queries in each step.
     *
     * @param queries N; empty for what {@code samplesPerExample} needs
     * @param samplesPerExample samples per example on average when {@code queries} is empty, at least 1
     * @param minimumSamples n_min, at least 1
     */
    public BudgetConfig(OptionalLong queries, int samplesPerExample, int minimumSamples) {
        this(queries, samplesPerExample, minimumSamples, BudgetChoice.FIXED);
    }

    /** The rule, if one chooses. */
    Optional<AdaptiveBudget> rule() {
        return choice.unit().map(unit -> AdaptiveBudget.defaults(samplesPerExample, unit));
    }

    /**
     * The budget of one step.
     *
     * @param cost what the estimator charges
     * @param batch examples per step B
     * @return {@code queries}, or B (clean + samplesPerExample · queries per sample)
     */
    QueryBudget resolve(SamplingCost cost, int batch) {
        long perExample = cost.cleanQueriesPerExample() + (long) samplesPerExample * cost.queriesPerSample();
        return new QueryBudget(queries.orElse(batch * perExample));
    }

    private static void requireAtLeast(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " = " + value + ", expected >= 1");
        }
    }
}
