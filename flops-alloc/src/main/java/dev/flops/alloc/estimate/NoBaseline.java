package dev.flops.alloc.estimate;

import java.util.Arrays;

/** b = 0: one-point evolution strategies, tr Cov = d ℓ²/σ² + (d + 1)‖g‖² for a linear loss and Gaussian directions. */
public record NoBaseline() implements Baseline {
    @Override
    public String name() {
        return "none";
    }

    @Override
    public void fill(int example, double cleanLoss, double[] sampleLosses, double[] baselines) {
        Arrays.fill(baselines, 0);
    }
}
