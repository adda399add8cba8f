package dev.flops.bench.report;

import dev.flops.bench.task.UsageException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The folder of one run.
 *
 * @param path the folder, which exists
 */
public record RunDirectory(Path path) {
    /**
     * Makes the folder of a new run.
     *
     * @param path a path where nothing is yet, or an empty folder
     * @return the folder
     * @throws UsageException if something is there already: a run never writes over another
     * @throws IOException if the folder cannot be made
     */
    public static RunDirectory create(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
                if (entries.iterator().hasNext()) {
                    throw new UsageException(
                            "out = " + path + " holds files already, expected a new or empty folder;"
                                    + " choose another --out or --name",
                            null);
                }
            }
        } else if (Files.exists(path)) {
            throw new UsageException("out = " + path + " is a file, expected a new or empty folder", null);
        }
        Files.createDirectories(path);
        return new RunDirectory(path);
    }

    /**
     * The folder of a run that is there already.
     *
     * @param path an existing folder
     * @return the folder
     * @throws UsageException if there is none
     */
    public static RunDirectory existing(Path path) {
        if (!Files.isDirectory(path)) {
            throw new UsageException("out = " + path + ", expected the folder of a run to resume", null);
        }
        return new RunDirectory(path);
    }

    /**
     * One line per logged step.
     *
     * @return {@code metrics.jsonl}
     */
    public Path metrics() {
        return path.resolve("metrics.jsonl");
    }

    /**
     * The result of the run with its configuration and provenance.
     *
     * @return {@code summary.json}
     */
    public Path summary() {
        return path.resolve("summary.json");
    }

    /**
     * The result for people, with charts.
     *
     * @return {@code report.html}
     */
    public Path report() {
        return path.resolve("report.html");
    }

    /**
     * All that a comparison measured.
     *
     * @return {@code results.json}
     */
    public Path results() {
        return path.resolve("results.json");
    }
}
