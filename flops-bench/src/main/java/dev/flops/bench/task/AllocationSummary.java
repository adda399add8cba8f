package dev.flops.bench.task;

/**
 * What allocation was worth, averaged over steps; 0 steps give NaN.
 *
 * @param coefficientOfVariation CV of ŝ_i
 * @param ratioToEqual variance of the allocation used over that of equal allocation
 * @param optimumToEqual variance of the integer optimum over that of equal allocation
 */
public record AllocationSummary(double coefficientOfVariation, double ratioToEqual, double optimumToEqual) {}
