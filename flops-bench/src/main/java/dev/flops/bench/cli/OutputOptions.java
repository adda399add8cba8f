package dev.flops.bench.cli;

import dev.flops.bench.task.UsageException;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a run writes, and what it prints. */
final class OutputOptions {
    private static final Path RUNS = Path.of("runs");
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "New folder of the run (default: runs/NAME). With --name: the folder that holds it.")
    private @Nullable Path out;

    @Option(names = "--name", paramLabel = "NAME", description = "Name of the run (default: task, seed and time).")
    private @Nullable String name;

    @Option(names = "--json", description = "Print one JSON document on standard output and nothing else there.")
    private boolean json;

    /** Creates options that all have their defaults. */
    OutputOptions() {}

    boolean json() {
        return json;
    }

    /** The folder of the run. */
    Path directory(String task, long seed, Instant now) {
        if (name == null) {
            return out == null ? RUNS.resolve(task + "-" + seed + "-" + STAMP.format(now)) : out;
        }
        return (out == null ? RUNS : out).resolve(checkedName(name));
    }

    /** The folder of a run that is there already: the one that is named, else the latest. */
    Path existing() throws IOException {
        if (name == null) {
            return out == null ? ResumeOptions.latest(RUNS) : out;
        }
        return (out == null ? RUNS : out).resolve(checkedName(name));
    }

    private static String checkedName(String name) {
        try {
            Path path = Path.of(name);
            boolean plain = path.getNameCount() == 1 && !path.isAbsolute() && !name.isBlank();
            if (plain && !name.equals(".") && !name.equals("..")) {
                return name;
            }
        } catch (InvalidPathException e) {
            throw new UsageException("name = " + name + ", expected a file name", e);
        }
        throw new UsageException("name = " + name + ", expected one file name; --out says in which folder", null);
    }
}
