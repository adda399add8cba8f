package dev.flops.bench.task;

/**
 * How a task turns gradients into steps: Adam under a cosine schedule with linear warm-up.
 *
 * @param learningRate peak learning rate η, &gt; 0
 * @param warmupSteps steps of linear warm-up, at least 0; a run of at most ten times as many steps warms up for a tenth
 *     of its steps
 * @param finalFraction η at the end as a fraction of the peak, in [0, 1]
 */
public record OptimizerConfig(double learningRate, int warmupSteps, double finalFraction) {
    /** Checks the ranges. */
    public OptimizerConfig {
        if (!(learningRate > 0) || Double.isInfinite(learningRate)) {
            throw new IllegalArgumentException("lr = " + learningRate + ", expected a finite number > 0");
        }
        if (warmupSteps < 0) {
            throw new IllegalArgumentException("warmupSteps = " + warmupSteps + ", expected >= 0");
        }
        if (!(finalFraction >= 0 && finalFraction <= 1)) {
            throw new IllegalArgumentException("finalFraction = " + finalFraction + ", expected in [0, 1]");
        }
    }
}
