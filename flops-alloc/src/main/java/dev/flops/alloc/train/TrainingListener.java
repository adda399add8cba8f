package dev.flops.alloc.train;

/** Is told of every step. Listening changes no result. */
@FunctionalInterface
public interface TrainingListener {
    /**
     * A step has ended.
     *
     * @param report what it did
     * @return true to go on, false to stop after this step
     */
    boolean onStep(StepReport report);
}
