package dev.flops.bench.report;

import dev.flops.bench.task.TaskProgress;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Appends lines to {@code metrics.jsonl}, each whole and flushed, so that the file can be followed while the run goes on
 * and holds every line up to a crash.
 */
public final class MetricsWriter implements AutoCloseable {
    private final Writer writer;
    private final int every;

    /**
     * Makes the file.
     *
     * @param file a path where nothing is yet
     * @param every steps from one line to the next, at least 1; the last step has a line too
     * @throws IOException if the file cannot be made
     */
    public MetricsWriter(Path file, int every) throws IOException {
        this.writer = Files.newBufferedWriter(file, StandardOpenOption.CREATE_NEW);
        this.every = every;
    }

    /**
     * Takes notice of a step.
     *
     * @param progress where the task stands
     * @param last whether no step follows
     * @throws IOException if a line was due and cannot be written
     */
    public void onStep(TaskProgress progress, boolean last) throws IOException {
        if (last || progress.stepsDone() % every == 0) {
            writer.write(Json.line(MetricsLine.of(progress)) + "\n");
            writer.flush();
        }
    }

    @Override
    public void close() throws IOException {
        writer.close();
    }
}
