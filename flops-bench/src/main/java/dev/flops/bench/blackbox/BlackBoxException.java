package dev.flops.bench.blackbox;

import org.jspecify.annotations.Nullable;

/** A black box did not answer, or the budget does not pay for the question. The message says how to go on. */
public final class BlackBoxException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * A failure.
     *
     * @param message what was asked, what happened, how to go on
     * @param cause what led to it, null if nothing did
     */
    public BlackBoxException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
