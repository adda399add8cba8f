package dev.flops.alloc.estimate;

import java.util.Arrays;

/**
 * b = ℓ_i(θ), one clean query per example: a forward difference. For Gaussian directions tr Cov = (d + 1)‖g‖² per query
 * for a linear loss; a Hessian H adds σ²(d + 4)((tr H)² + 2 tr H²)/4.
 */
public record CleanLossBaseline() implements Baseline {
    @Override
    public String name() {
        return "clean loss";
    }

    @Override
    public int cleanQueriesPerExample() {
        return 1;
    }

    @Override
    public void fill(int example, double cleanLoss, double[] sampleLosses, double[] baselines) {
        Arrays.fill(baselines, cleanLoss);
    }
}
