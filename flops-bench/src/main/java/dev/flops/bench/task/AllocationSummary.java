package dev.flops.bench.task;

/**
 * What allocation was worth, averaged over steps; NaN when there was none.
 *
 * @param coefficientOfVariation CV of ŝ_i
 * @param ratioToEqual variance of the allocation used over that of equal allocation
 * @param optimumToEqual variance of the integer optimum over that of equal allocation
 */
public record AllocationSummary(double coefficientOfVariation, double ratioToEqual, double optimumToEqual) {}
