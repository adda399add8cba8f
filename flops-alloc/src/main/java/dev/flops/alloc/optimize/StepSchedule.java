package dev.flops.alloc.optimize;

import dev.flops.alloc.internal.elementary.IntegerPower;

/**
 * A rate that is multiplied by a factor every so many steps:
 *
 * <pre>
 *   η(t) = initial · factor^⌊t / period⌋
 * </pre>
 *
 * @param initial rate of the first steps, &gt; 0, finite
 * @param period steps between two changes, at least 1
 * @param factor of each change, in (0, 1]
 */
public record StepSchedule(double initial, int period, double factor) implements LearningRateSchedule {
    /** Checks the ranges. */
    public StepSchedule {
        OptimizerChecks.requirePositive("initial", initial);
        if (period < 1) {
            throw new IllegalArgumentException("period = " + period + ", expected >= 1");
        }
        if (!(factor > 0 && factor <= 1)) {
            throw new IllegalArgumentException("factor = " + factor + ", expected 0 < factor <= 1");
        }
    }

    /**
     * The rate of a step.
     *
     * @param step index of the step
     * @param steps number of steps
     * @return η &gt; 0; a product too small for a double is the smallest positive one
     */
    @Override
    public double rate(int step, int steps) {
        OptimizerChecks.requireStep(step, steps);
        int changes = step / period;
        return Math.max(Double.MIN_VALUE, initial * IntegerPower.of(factor, changes));
    }
}
