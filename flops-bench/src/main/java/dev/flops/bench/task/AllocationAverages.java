package dev.flops.bench.task;

import dev.flops.alloc.allocate.AllocationDiagnostics;
import dev.flops.api.StateArrays;
import dev.flops.api.Stateful;
import java.util.Arrays;

/** Averages the diagnostics of the steps: over all of them, and over the recent ones with exponential forgetting. */
final class AllocationAverages implements Stateful {
    private static final double FORGETTING = 0.02;
    private static final int FIGURES = 3;

    // Each in the order of the components of a summary.
    private final double[] sum = new double[FIGURES];
    private final double[] recent = new double[FIGURES];
    private int steps;

    AllocationAverages() {
        Arrays.fill(recent, Double.NaN);
    }

    void add(AllocationDiagnostics diagnostics) {
        add(0, diagnostics.coefficientOfVariation());
        add(1, diagnostics.ratioToEqual());
        add(2, diagnostics.ratioToEqual() / diagnostics.ratioToOptimum());
        steps++;
    }

    private void add(int figure, double value) {
        sum[figure] += value;
        recent[figure] = steps == 0 ? value : (1 - FORGETTING) * recent[figure] + FORGETTING * value;
    }

    AllocationSummary mean() {
        double share = 1.0 / steps;
        return new AllocationSummary(share * sum[0], share * sum[1], share * sum[2]);
    }

    AllocationSummary recent() {
        return new AllocationSummary(recent[0], recent[1], recent[2]);
    }

    @Override
    public void saveTo(StateArrays out) {
        out.putDoubles("sum", sum);
        out.putDoubles("recent", recent);
        out.putLongs("steps", steps);
    }

    @Override
    public void restoreFrom(StateArrays in) {
        System.arraycopy(in.doubles("sum", FIGURES), 0, sum, 0, FIGURES);
        System.arraycopy(in.doubles("recent", FIGURES), 0, recent, 0, FIGURES);
        steps = (int) in.count("steps", Integer.MAX_VALUE);
    }
}
