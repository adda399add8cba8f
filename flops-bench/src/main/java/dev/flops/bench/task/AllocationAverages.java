package dev.flops.bench.task;

import dev.flops.alloc.allocate.AllocationDiagnostics;

/** Sums up the diagnostics of the steps. */
final class AllocationAverages {
    private int steps;
    private double coefficientOfVariation;
    private double ratioToEqual;
    private double optimumToEqual;

    void add(AllocationDiagnostics diagnostics) {
        steps++;
        coefficientOfVariation += diagnostics.coefficientOfVariation();
        ratioToEqual += diagnostics.ratioToEqual();
        optimumToEqual += diagnostics.ratioToEqual() / diagnostics.ratioToOptimum();
    }

    AllocationSummary summary() {
        return new AllocationSummary(coefficientOfVariation / steps, ratioToEqual / steps, optimumToEqual / steps);
    }
}
