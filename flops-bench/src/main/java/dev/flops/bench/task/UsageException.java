package dev.flops.bench.task;

import org.jspecify.annotations.Nullable;

/** What was asked for cannot be: wrong usage, not a failure of the run. The message is one line for the user. */
public final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param message what was found and what was expected, in one line
     * @param cause the check that refused, or null
     */
    public UsageException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
