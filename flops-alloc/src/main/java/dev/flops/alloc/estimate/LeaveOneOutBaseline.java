package dev.flops.alloc.estimate;

/**
 * b_ik = mean of the example's other perturbed losses of this step; no query of its own, n_i ≥ 2. For a linear loss with
 * gradient g and Gaussian directions the <em>mean of n samples</em> has tr Cov exactly (d + 1)‖g‖²/(n − 1), so that the
 * variance falls as 1/(n − 1) and not as 1/n.
 *
 * <p>Reference: Kool, van Hoof, Welling, <em>Buy 4 REINFORCE Samples, Get a Baseline for Free!</em>, ICLR workshop 2019.
 */
public record LeaveOneOutBaseline() implements Baseline {
    @Override
    public String name() {
        return "leave-one-out";
    }

    @Override
    public int minimumSamples() {
        return 2;
    }

    @Override
    public void fill(int example, double cleanLoss, double[] sampleLosses, double[] baselines) {
        double sum = 0;
        for (double loss : sampleLosses) {
            sum += loss;
        }
        for (int k = 0; k < baselines.length; k++) {
            baselines[k] = (sum - sampleLosses[k]) / (sampleLosses.length - 1);
        }
    }
}
