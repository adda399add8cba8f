package dev.flops.api;

import java.util.Locale;

/**
 * Thrown when the heap of this JVM cannot hold what a network or a step needs. Nothing that was learned is lost: parameters and all
 * other state are those of the last step that was done.
 */
public final class NotEnoughMemoryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private NotEnoughMemoryException(String message) {
        super(message);
    }

    /**
     * Says that something did not fit.
     *
     * @param what needs the memory
     * @param cause the failed allocation
     * @return the exception, to be thrown
     */
    public static NotEnoughMemoryException of(String what, OutOfMemoryError cause) {
        NotEnoughMemoryException told = new NotEnoughMemoryException(
                what + " needs more memory than the heap of this JVM has, " + megabytes(heap()) + " at most (-Xmx)");
        told.initCause(cause);
        return told;
    }

    /**
     * Refuses before anything is allocated what the heap cannot hold, were it empty.
     *
     * @param what needs the memory
     * @param bytes how much at least
     * @throws NotEnoughMemoryException if the heap can never hold as much
     */
    public static void requireHeap(String what, long bytes) {
        if (bytes > heap()) {
            throw new NotEnoughMemoryException(what + " needs at least " + megabytes(bytes)
                    + ", the heap of this JVM has " + megabytes(heap()) + " at most (-Xmx)");
        }
    }

    private static long heap() {
        return Runtime.getRuntime().maxMemory();
    }

    private static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%,.1f MB", bytes * 1e-6);
    }
}
