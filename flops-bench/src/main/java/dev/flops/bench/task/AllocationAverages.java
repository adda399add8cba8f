package dev.flops.bench.task;

import dev.flops.alloc.allocate.AllocationDiagnostics;

/** Averages the diagnostics of the steps: over all of them, and over the recent ones with exponential forgetting. */
final class AllocationAverages {
    private static final double FORGETTING = 0.02;

    private AllocationSummary sum = new AllocationSummary(0, 0, 0);
    private AllocationSummary recent = new AllocationSummary(Double.NaN, Double.NaN, Double.NaN);
    private int steps;

    void add(AllocationDiagnostics diagnostics) {
        AllocationSummary step = new AllocationSummary(
                diagnostics.coefficientOfVariation(),
                diagnostics.ratioToEqual(),
                diagnostics.ratioToEqual() / diagnostics.ratioToOptimum());
        sum = combine(1, sum, 1, step);
        recent = steps == 0 ? step : combine(1 - FORGETTING, recent, FORGETTING, step);
        steps++;
    }

    AllocationSummary mean() {
        return combine(1.0 / steps, sum, 0, sum);
    }

    AllocationSummary recent() {
        return recent;
    }

    private static AllocationSummary combine(double p, AllocationSummary x, double q, AllocationSummary y) {
        return new AllocationSummary(
                p * x.coefficientOfVariation() + q * y.coefficientOfVariation(),
                p * x.ratioToEqual() + q * y.ratioToEqual(),
                p * x.optimumToEqual() + q * y.optimumToEqual());
    }
}
