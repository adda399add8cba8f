package dev.flops.alloc.optimize;

/**
 * The same learning rate at every step.
 *
 * @param rate η &gt; 0, finite
 */
public record ConstantSchedule(double rate) implements LearningRateSchedule {
    /** Checks the range. */
    public ConstantSchedule {
        OptimizerChecks.requirePositive("rate", rate);
    }

    @Override
    public double rate(int step, int steps) {
        OptimizerChecks.requireStep(step, steps);
        return rate;
    }
}
