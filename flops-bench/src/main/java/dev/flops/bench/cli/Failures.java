package dev.flops.bench.cli;

import dev.flops.api.NotEnoughMemoryException;
import dev.flops.api.NumericalException;
import dev.flops.bench.blackbox.BlackBoxException;
import dev.flops.bench.task.UsageException;
import dev.flops.models.data.InvalidDataException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Says in one line what went wrong and how to go on. */
final class Failures {
    private Failures() {}

    static String describe(Exception failure) {
        if (failure instanceof UncheckedIOException && failure.getCause() instanceof IOException cause) {
            return describe(cause);
        }
        return switch (failure) {
            case UsageException e -> String.valueOf(e.getMessage());
            case InvalidDataException e -> String.valueOf(e.getMessage());
            case BlackBoxException e -> String.valueOf(e.getMessage());
            case NotEnoughMemoryException e -> e.getMessage() + "; FLOPS_JAVA_OPTS=-Xmx8g gives more";
            case NumericalException e -> e.getMessage() + "; try a smaller --lr or another --sigma";
            case NoSuchFileException e -> "no such file: " + detail(e);
            case AccessDeniedException e -> "no permission: " + detail(e);
            case NotDirectoryException e -> "not a folder: " + detail(e);
            case FileSystemException e -> "cannot use " + detail(e);
            case IOException e -> "input or output failed: " + e.getMessage();
            default -> "unexpected " + failure + " (--stacktrace shows where)";
        };
    }

    private static String detail(FileSystemException e) {
        return e.getReason() == null ? String.valueOf(e.getFile()) : e.getFile() + ": " + e.getReason();
    }
}
