package dev.flops.bench.task;

import dev.flops.alloc.allocate.AllocationDiagnostics;
import dev.flops.api.StateArrays;
import dev.flops.api.Stateful;

/** Averages the diagnostics of the steps: over all of them, and over the recent ones with exponential forgetting. */
final class AllocationAverages implements Stateful {
    private static final double FORGETTING = 0.02;
    private static final int FIGURES = 3;

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

    @Override
    public void saveTo(StateArrays out) {
        out.putDoubles("sum", toArray(sum));
        out.putDoubles("recent", toArray(recent));
        out.putLongs("steps", steps);
    }

    @Override
    public void restoreFrom(StateArrays in) {
        sum = ofArray(in.doubles("sum", FIGURES));
        recent = ofArray(in.doubles("recent", FIGURES));
        steps = (int) in.count("steps", Integer.MAX_VALUE);
    }

    private static double[] toArray(AllocationSummary summary) {
        return new double[] {summary.coefficientOfVariation(), summary.ratioToEqual(), summary.optimumToEqual()};
    }

    private static AllocationSummary ofArray(double[] figures) {
        return new AllocationSummary(figures[0], figures[1], figures[2]);
    }

    private static AllocationSummary combine(double p, AllocationSummary x, double q, AllocationSummary y) {
        return new AllocationSummary(
                p * x.coefficientOfVariation() + q * y.coefficientOfVariation(),
                p * x.ratioToEqual() + q * y.ratioToEqual(),
                p * x.optimumToEqual() + q * y.optimumToEqual());
    }
}
