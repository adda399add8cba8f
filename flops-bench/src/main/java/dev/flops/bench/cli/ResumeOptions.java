package dev.flops.bench.cli;

import dev.flops.bench.task.UsageException;
import dev.flops.models.checkpoint.CheckpointFolder;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a training begins and what it leaves for going on. */
final class ResumeOptions {
    private static final int EVERY = 500;

    @Option(
            names = "--resume",
            description =
                    "Go on with the run of --out (default: the latest of runs/) from its newest checkpoint. Options are"
                            + " those of the run; --threads, --simd and --data-dir may change.")
    private boolean resume;

    @Option(
            names = "--checkpoint-every",
            paramLabel = "N",
            description =
                    "Steps from one checkpoint to the next; 0 for none but at the end, on Ctrl-C and on a number that"
                            + " is not finite (default ${DEFAULT-VALUE}).")
    private int every = EVERY;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Options by name without dashes, as JSON or .properties; the command line wins.")
    private @Nullable Path config;

    /** Creates options that all have their defaults. */
    ResumeOptions() {}

    boolean resume() {
        return resume;
    }

    int every() {
        return every;
    }

    @Nullable
    Path config() {
        return config;
    }

    /** The run whose checkpoint is the newest of all. */
    static Path latest(Path runs) throws IOException {
        Path latest = null;
        FileTime time = FileTime.fromMillis(Long.MIN_VALUE);
        if (Files.isDirectory(runs)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(runs, Files::isDirectory)) {
                for (Path run : entries) {
                    for (Path file : new CheckpointFolder(run, 1).files()) {
                        FileTime written = Files.getLastModifiedTime(file);
                        if (written.compareTo(time) > 0) {
                            latest = run;
                            time = written;
                        }
                    }
                }
            }
        }
        if (latest == null) {
            throw new UsageException("resume: no run in " + runs + " has a checkpoint, expected --out with one", null);
        }
        return latest;
    }
}
