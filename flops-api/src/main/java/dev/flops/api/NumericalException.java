package dev.flops.api;

/** A loss or gradient is NaN or infinite; the parameters still hold their last good values. */
public final class NumericalException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param message what was found, for which example, in which step
     */
    public NumericalException(String message) {
        super(message);
    }
}
