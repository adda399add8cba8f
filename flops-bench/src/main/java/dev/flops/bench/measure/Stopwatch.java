package dev.flops.bench.measure;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/**
 * Times code of one thread: by the processor time of the thread where the JVM knows it, so that a busy machine does not
 * make code look slow, else by the clock.
 */
final class Stopwatch {
    private static final long WINDOW_NANOSECONDS = 30_000_000;
    private static final long LEAST_WARM_UP_NANOSECONDS = 600_000_000;
    private static final long PATIENCE_NANOSECONDS = 900_000_000;
    private static final long MOST_WARM_UP_NANOSECONDS = 15_000_000_000L;
    private static final double IMPROVEMENT = 0.98;

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final boolean processorTime = threads.isCurrentThreadCpuTimeSupported() && threads.isThreadCpuTimeEnabled();

    /**
     * The best mean over a window, measured until it has stopped improving: the just-in-time compiler is done then.
     *
     * @param work what is timed, a few microseconds to milliseconds
     * @return seconds of one run
     */
    double bestSeconds(Runnable work) {
        long begun = System.nanoTime();
        long improved = begun;
        double best = Double.POSITIVE_INFINITY;
        long now;
        do {
            double seconds = window(work);
            now = System.nanoTime();
            if (seconds < best * IMPROVEMENT) {
                improved = now;
            }
            best = Math.min(best, seconds);
        } while (now - begun < LEAST_WARM_UP_NANOSECONDS
                || (now - improved < PATIENCE_NANOSECONDS && now - begun < MOST_WARM_UP_NANOSECONDS));
        return best;
    }

    /**
     * Times one run.
     *
     * @param work what is timed
     * @return its seconds
     */
    double seconds(Runnable work) {
        long begun = time();
        work.run();
        return (time() - begun) * 1e-9;
    }

    private double window(Runnable work) {
        long begun = time();
        long runs = 0;
        long elapsed;
        do {
            work.run();
            runs++;
            elapsed = time() - begun;
        } while (elapsed < WINDOW_NANOSECONDS);
        return elapsed * 1e-9 / runs;
    }

    private long time() {
        return processorTime ? threads.getCurrentThreadCpuTime() : System.nanoTime();
    }
}
