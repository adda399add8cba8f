package dev.flops.bench.cli;

import dev.flops.bench.task.TaskProgress;
import java.io.PrintWriter;
import java.util.Locale;

/** A plain line every few seconds, and one for the last step. */
final class ProgressLines implements ProgressView {
    private static final double SECONDS_BETWEEN_LINES = 5;

    private final PrintWriter err;
    private double next = SECONDS_BETWEEN_LINES;

    ProgressLines(PrintWriter err) {
        this.err = err;
    }

    @Override
    public void onStep(TaskProgress progress) {
        if (progress.seconds() < next && progress.stepsDone() < progress.steps()) {
            return;
        }
        next = progress.seconds() + SECONDS_BETWEEN_LINES;
        err.printf(
                Locale.ROOT,
                "%s  step %d/%d  %s%n",
                ProgressText.clock(progress.seconds()),
                progress.stepsDone(),
                progress.steps(),
                ProgressText.figures(progress));
        err.flush();
    }

    @Override
    public void close() {
        err.flush();
    }
}
