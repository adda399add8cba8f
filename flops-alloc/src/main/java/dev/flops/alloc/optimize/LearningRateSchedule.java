package dev.flops.alloc.optimize;

/**
 * The learning rate η of each step. A schedule is a pure function, so that a resumed run sees the rates of the original.
 */
@FunctionalInterface
public interface LearningRateSchedule {
    /**
     * The learning rate of a step.
     *
     * @param step index of the step, 0 ≤ step &lt; steps
     * @param steps number of steps of the run, at least 1
     * @return η &gt; 0
     * @throws IllegalArgumentException if {@code step} is not in [0, {@code steps})
     */
    double rate(int step, int steps);
}
