package dev.flops.alloc.train;

import dev.flops.api.Allocation;
import dev.flops.api.GradientEstimate;

/**
 * An estimate outside of the training.
 *
 * @param allocation samples per example
 * @param queries what it spent, clean and pilot forwards counted
 * @param estimate the estimate
 */
public record Trial(Allocation allocation, long queries, GradientEstimate estimate) {}
