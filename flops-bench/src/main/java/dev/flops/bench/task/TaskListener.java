package dev.flops.bench.task;

/** Is told how a task goes; changes no result. */
@FunctionalInterface
public interface TaskListener {
    /**
     * A step has ended.
     *
     * @param progress where the task stands
     * @return true to go on, false to stop after this step
     */
    boolean onStep(TaskProgress progress);
}
