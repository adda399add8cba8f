package dev.flops.bench.compare;

import org.jspecify.annotations.Nullable;

/**
 * What allocation was worth in a training.
 *
 * @param coefficientOfVariation CV of the examples' ŝ_i, each the root of its mean v̂ over the run: how unequal the examples are, the
 *     noise of v̂ included
 * @param varianceRatioToEqual variance of the allocations used over that of equal shares of the same batches, Σ over the steps of
 *     each
 * @param noiseShare share of the variance of ĝ that is noise of perturbations, which allocation can cut; the rest is the choice of
 *     the batch. Of the last steps; null if there were fewer than two
 */
public record AllocationWorth(
        double coefficientOfVariation,
        double varianceRatioToEqual,
        @Nullable Double noiseShare) {}
