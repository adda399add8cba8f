package dev.flops.bench.report;

import dev.flops.bench.task.TaskProgress;
import dev.flops.bench.task.UsageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Appends lines to {@code metrics.jsonl}, each whole, so that the file can be followed while the run goes on and holds every line
 * up to a crash. Holds a lock on the file: a run has one writer.
 */
public final class MetricsWriter implements AutoCloseable {
    /** The one byte that is locked, behind all content: others may read the file. */
    private static final long LOCKED = Long.MAX_VALUE - 1;

    private final FileChannel channel;
    private final int every;
    private long regular;

    private MetricsWriter(FileChannel channel, int every, long regular) {
        this.channel = channel;
        this.every = every;
        this.regular = regular;
    }

    /**
     * Makes the file.
     *
     * @param file a path where nothing is yet
     * @param every steps from one line to the next, at least 1; the last step has a line too
     * @return the writer
     * @throws IOException if the file cannot be made
     */
    public static MetricsWriter create(Path file, int every) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        return new MetricsWriter(locked(channel, file), every, 0);
    }

    /**
     * Goes on behind the lines of the steps that a checkpoint holds; lines of later steps are removed.
     *
     * @param file the file
     * @param every steps from one line to the next, at least 1
     * @param regular what {@link #regularBytes} was at the checkpoint
     * @return the writer
     * @throws UsageException if another process writes the file
     * @throws IOException if the file cannot be opened, or is shorter than it was
     */
    public static MetricsWriter resume(Path file, int every, long regular) throws IOException {
        FileChannel channel = locked(FileChannel.open(file, StandardOpenOption.WRITE), file);
        if (channel.size() < regular) {
            long size = channel.size();
            channel.close();
            throw new IOException(file + " has " + size + " bytes, expected at least the " + regular
                    + " that it had when the checkpoint was written");
        }
        channel.truncate(regular);
        channel.position(regular);
        return new MetricsWriter(channel, every, regular);
    }

    private static FileChannel locked(FileChannel channel, Path file) throws IOException {
        try {
            if (channel.tryLock(LOCKED, 1, false) != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw new UsageException("another run of this process writes " + file, e);
        }
        channel.close();
        throw new UsageException("another process writes " + file + ", expected that run to have ended", null);
    }

    /**
     * Takes notice of a step: writes its line if one is due.
     *
     * @param progress where the task stands
     * @throws IOException if a line was due and cannot be written
     */
    public void onStep(TaskProgress progress) throws IOException {
        if (isDue(progress)) {
            write(progress);
            regular = channel.position();
        }
    }

    /**
     * Adds the line of a step after which the user stopped the run, if it has none. It is not part of the run as it would have been,
     * and goes when the run is resumed.
     *
     * @param progress where the task stands
     * @throws IOException if it cannot be written
     */
    public void onStop(TaskProgress progress) throws IOException {
        if (!isDue(progress)) {
            write(progress);
        }
    }

    private boolean isDue(TaskProgress progress) {
        return progress.stepsDone() == progress.steps() || progress.stepsDone() % every == 0;
    }

    private void write(TaskProgress progress) throws IOException {
        byte[] line = (Json.line(MetricsLine.of(progress)) + "\n").getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.wrap(line);
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /**
     * Forces the lines to the disk, for a checkpoint that counts on them.
     *
     * @return bytes of the lines that were due
     * @throws IOException if the disk refuses
     */
    public long regularBytes() throws IOException {
        channel.force(true);
        return regular;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
