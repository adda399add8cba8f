package dev.flops.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flops.api.StateArrays;
import dev.flops.bench.task.TrainingTask;
import dev.flops.bench.task.UsageException;
import dev.flops.models.checkpoint.Checkpoint;
import dev.flops.models.checkpoint.CheckpointFolder;
import dev.flops.models.data.InvalidDataException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/**
 * The checkpoints of one training, in the folder of its run. Beside the state of the task they hold the configuration that decides
 * its result, the options that it was started with, and how much of {@code metrics.jsonl} belongs to them.
 *
 * <p>A checkpoint that cannot be written ends the run: what is on the disk stays as it is, and the run can be resumed from it.
 */
public final class RunCheckpoints {
    private static final String CONFIGURATION = "configuration";
    private static final String OPTIONS = "options";
    private static final String METRICS = "metrics.bytes";

    private final CheckpointFolder folder;
    private final TrainingTask task;
    private final String options;
    private final int every;
    private final String configuration;
    private long newest = -1;

    /**
     * Checkpoints of a task.
     *
     * @param run the folder of its run
     * @param task the task
     * @param options the options that it was started with, as JSON
     * @param every steps from one checkpoint to the next; 0 for the first and the last alone
     */
    public RunCheckpoints(RunDirectory run, TrainingTask task, String options, int every) {
        if (every < 0) {
            throw new UsageException("checkpoint-every = " + every + ", expected >= 0", null);
        }
        this.folder = new CheckpointFolder(run.path(), CheckpointFolder.KEPT);
        this.task = task;
        this.options = options;
        this.every = every;
        this.configuration = Json.line(Configuration.deciding(task.config(), task.dataDigest()));
    }

    /**
     * Whether a checkpoint is due.
     *
     * @param stepsDone steps done
     * @return true after the last step, and every so many steps
     */
    public boolean isDue(int stepsDone) {
        return stepsDone == task.expectedSteps() || (every > 0 && stepsDone % every == 0);
    }

    /**
     * Writes a checkpoint of the task as it is now, unless there is one of this step.
     *
     * @param metrics the lines that belong to it are forced to the disk first
     * @throws IOException if it cannot be written; the message says what is left
     */
    public void save(MetricsWriter metrics) throws IOException {
        int step = task.stepsDone();
        if (step == newest) {
            return;
        }
        try {
            StateArrays state = new StateArrays();
            state.putLongs(METRICS, metrics.regularBytes());
            task.saveTo(state);
            folder.write(new Checkpoint(step, state, Map.of(CONFIGURATION, configuration, OPTIONS, options)));
        } catch (IOException e) {
            throw new IOException(
                    "checkpoint of step " + step + " cannot be written, " + reason(e) + "; " + left()
                            + "; when that is mended, --resume goes on",
                    e);
        }
        newest = step;
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private String left() {
        return newest < 0 ? "none is there" : "that of step " + newest + " is kept";
    }

    /**
     * The newest checkpoint of a run that can be read.
     *
     * @param run the folder of the run
     * @param damaged is told of newer ones that cannot
     * @return the checkpoint
     * @throws UsageException if there is none
     * @throws InvalidDataException if none of those that are there can be read
     * @throws IOException if the folder cannot be read
     */
    public static Checkpoint newest(RunDirectory run, BiConsumer<Path, Exception> damaged) throws IOException {
        return new CheckpointFolder(run.path(), CheckpointFolder.KEPT)
                .newest(damaged)
                .orElseThrow(() -> new UsageException(
                        "out = " + run.path() + " holds no checkpoint, expected a run that can be resumed", null));
    }

    /**
     * The options that a run was started with.
     *
     * @param checkpoint one of its checkpoints
     * @return JSON
     */
    public static String options(Checkpoint checkpoint) {
        return checkpoint.metadata().getOrDefault(OPTIONS, "{}");
    }

    /**
     * Gives the task the state of a checkpoint.
     *
     * @param checkpoint the checkpoint
     * @return bytes of {@code metrics.jsonl} that belong to it
     * @throws UsageException if it is of another configuration; the message names the settings that differ
     * @throws InvalidDataException if its state does not fit the task
     * @throws IOException if its configuration cannot be read
     */
    public long restore(Checkpoint checkpoint) throws IOException {
        JsonNode theirs = Json.tree(checkpoint.metadata().getOrDefault(CONFIGURATION, "{}"));
        List<String> differences = differences(theirs, Json.tree(configuration));
        if (!differences.isEmpty()) {
            throw new UsageException(
                    "the checkpoint is of another configuration, " + String.join("; ", differences)
                            + "; resume with the same options, or begin a new run",
                    null);
        }
        try {
            task.restoreFrom(checkpoint.state());
            newest = checkpoint.step();
            return checkpoint.state().count(METRICS, Long.MAX_VALUE);
        } catch (IllegalArgumentException e) {
            InvalidDataException invalid = new InvalidDataException(
                    "checkpoint of step " + checkpoint.step(),
                    0,
                    String.valueOf(e.getMessage()),
                    "a state of this task");
            invalid.initCause(e);
            throw invalid;
        }
    }

    private static List<String> differences(JsonNode theirs, JsonNode ours) {
        TreeSet<String> names = new TreeSet<>();
        theirs.fieldNames().forEachRemaining(names::add);
        ours.fieldNames().forEachRemaining(names::add);
        List<String> differences = new ArrayList<>();
        for (String name : names) {
            JsonNode there = theirs.path(name);
            JsonNode here = ours.path(name);
            if (!there.equals(here)) {
                differences.add(name + " = " + here + " here, " + there + " there");
            }
        }
        return differences;
    }
}
