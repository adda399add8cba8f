package dev.flops.bench.cli;

import dev.flops.bench.task.TaskProgress;
import java.io.PrintWriter;

/** Shows how a training goes. */
interface ProgressView extends AutoCloseable {
    /** A step has ended. */
    void onStep(TaskProgress progress);

    @Override
    void close();

    /**
     * A live bar where standard error is a terminal, which the launcher finds out and says in the system property
     * {@code flops.terminal}; else plain lines without control characters.
     */
    static ProgressView create(PrintWriter err, int steps) {
        return Boolean.getBoolean("flops.terminal") ? new ProgressBarView(steps) : new ProgressLines(err);
    }
}
