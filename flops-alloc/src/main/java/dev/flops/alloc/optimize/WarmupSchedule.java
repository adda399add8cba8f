package dev.flops.alloc.optimize;

/**
 * A linear warm-up in front of any schedule, which begins when the warm-up is over:
 *
 * <pre>
 *   η(t) = η₀ (t + 1) / w          t &lt; w,  η₀ = first rate of the other schedule
 *   η(t) = other(t − w, T − w)     otherwise
 * </pre>
 *
 * A run that is not longer than the warm-up never leaves it; η₀ is then the other's first rate in a run of one step.
 *
 * <p>Reference: Goyal et al., <em>Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour</em>, 2017.
 *
 * @param warmupSteps w ≥ 0
 * @param other the schedule behind the warm-up
 */
public record WarmupSchedule(int warmupSteps, LearningRateSchedule other) implements LearningRateSchedule {
    /** Checks the range. */
    public WarmupSchedule {
        if (warmupSteps < 0) {
            throw new IllegalArgumentException("warmupSteps = " + warmupSteps + ", expected >= 0");
        }
    }

    @Override
    public double rate(int step, int steps) {
        OptimizerChecks.requireStep(step, steps);
        int rest = Math.max(1, steps - warmupSteps);
        if (step < warmupSteps) {
            return other.rate(0, rest) * (step + 1.0) / warmupSteps;
        }
        return other.rate(step - warmupSteps, rest);
    }
}
