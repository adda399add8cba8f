package dev.flops.bench.cli;

import java.io.PrintWriter;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Lets a run end in order when the user presses Ctrl-C or the system asks the process to end: the JVM waits for
 * {@link #close} before it goes. Its exit code is then 128 plus the signal, 130 for Ctrl-C.
 */
final class Interruption implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;

    private final AtomicBoolean requested = new AtomicBoolean();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook;

    private Interruption(PrintWriter err) {
        hook = Thread.ofPlatform().name("flops-interruption").unstarted(() -> await(err));
    }

    /** Begins to listen. */
    static Interruption install(PrintWriter err) {
        Interruption interruption = new Interruption(err);
        Runtime.getRuntime().addShutdownHook(interruption.hook);
        return interruption;
    }

    /** Whether the run should end soon. */
    boolean requested() {
        return requested.get();
    }

    private void await(PrintWriter err) {
        requested.set(true);
        err.println("flops: stopping after this step");
        err.flush();
        try {
            if (!closed.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                err.println("flops: the step took too long; nothing more is written");
                err.flush();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is ending already, and the hook with it.
            requested.set(true);
        }
    }
}
