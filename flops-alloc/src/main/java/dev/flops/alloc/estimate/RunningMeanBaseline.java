package dev.flops.alloc.estimate;

import dev.flops.api.StateArrays;
import dev.flops.api.Stateful;
import java.util.Arrays;

/**
 * b_i = running mean of the example's perturbed losses of earlier steps, hence independent of this step's directions; no
 * query of its own.
 *
 * <pre>
 *   b_i ← ρ b_i + (1 − ρ) ℓ̄_i     after each step, ℓ̄_i = mean of the step's perturbed losses of example i
 * </pre>
 *
 * An example that was never seen takes the mean of what is remembered of all others, and 0 when nothing is. For a linear
 * loss and Gaussian directions tr Cov = d(ℓ − b)²/σ² + (d + 1)‖g‖².
 *
 * <p>The memory is the state of this object: one per run.
 *
 * <p>Reference: Williams, <em>Simple Statistical Gradient-Following Algorithms for Connectionist Reinforcement
 * Learning</em>, Machine Learning 8, 1992 (reinforcement comparison).
 */
public final class RunningMeanBaseline implements Baseline, Stateful {
    private final double decay;
    private final double[] means;
    private double sum;
    private int count;

    /**
     * Remembers nothing yet.
     *
     * @param examples number of examples of the data set, at least 1
     * @param decay ρ in [0, 1)
     */
    public RunningMeanBaseline(int examples, double decay) {
        if (examples < 1) {
            throw new IllegalArgumentException("examples = " + examples + ", expected >= 1");
        }
        if (!(decay >= 0 && decay < 1)) {
            throw new IllegalArgumentException("decay = " + decay + ", expected 0 <= decay < 1");
        }
        this.decay = decay;
        this.means = new double[examples];
        Arrays.fill(means, Double.NaN);
    }

    @Override
    public String name() {
        return "running mean";
    }

    @Override
    public void fill(int example, double cleanLoss, double[] sampleLosses, double[] baselines) {
        double own = remembered(example);
        Arrays.fill(baselines, Double.isNaN(own) ? meanOfAll() : own);
    }

    @Override
    public void observe(int example, double meanLoss) {
        double own = remembered(example);
        boolean first = Double.isNaN(own);
        means[example] = first ? meanLoss : decay * own + (1 - decay) * meanLoss;
        sum += first ? meanLoss : means[example] - own;
        count += first ? 1 : 0;
    }

    @Override
    public Stateful state() {
        return this;
    }

    @Override
    public void saveTo(StateArrays out) {
        out.putDoubles("means", means);
        out.putDoubles("sum", sum);
        out.putLongs("count", count);
    }

    @Override
    public void restoreFrom(StateArrays in) {
        System.arraycopy(in.doubles("means", means.length), 0, means, 0, means.length);
        sum = in.doubleValue("sum");
        count = (int) in.count("count", means.length);
    }

    private double remembered(int example) {
        if (example < 0 || example >= means.length) {
            throw new IllegalArgumentException("example = " + example + ", expected 0 <= example < " + means.length
                    + ", the examples that the running mean was made for");
        }
        return means[example];
    }

    private double meanOfAll() {
        return count == 0 ? 0 : sum / count;
    }
}
