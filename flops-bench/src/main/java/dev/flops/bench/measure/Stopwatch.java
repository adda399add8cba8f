package dev.flops.bench.measure;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import org.jspecify.annotations.Nullable;

/**
 * Times code of one thread: by the processor time of the thread where the JVM knows it, so that a busy machine does not
 * make code look slow, else by the clock.
 */
final class Stopwatch {
    private static final long WINDOW_NANOSECONDS = 30_000_000;

    /** How long neither the best time may improve nor the just-in-time compiler finish anything before the end. */
    private static final long PATIENCE_NANOSECONDS = 1_200_000_000;

    private static final long MOST_WARM_UP_NANOSECONDS = 15_000_000_000L;
    private static final double IMPROVEMENT = 0.98;
    private static final int ALLOCATING_RUNS = 100;

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final boolean processorTime = threads.isCurrentThreadCpuTimeSupported() && threads.isThreadCpuTimeEnabled();

    private final @Nullable CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();

    /**
     * The best mean over a window, measured until for 1.2 s it has not improved by 2 % and the just-in-time compiler has
     * finished nothing: a method that is being compiled runs interpreted meanwhile, without improving. At most 15 s.
     *
     * @param work what is timed, a few microseconds to milliseconds
     * @return seconds of one run
     */
    double bestSeconds(Runnable work) {
        long begun = System.nanoTime();
        long changed = begun;
        long compiled = compilationMilliseconds();
        double best = Double.POSITIVE_INFINITY;
        long now;
        do {
            double seconds = window(work);
            now = System.nanoTime();
            long compiledNow = compilationMilliseconds();
            if (seconds < best * IMPROVEMENT || compiledNow != compiled) {
                changed = now;
            }
            compiled = compiledNow;
            best = Math.min(best, seconds);
        } while (now - changed < PATIENCE_NANOSECONDS && now - begun < MOST_WARM_UP_NANOSECONDS);
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

    /**
     * Bytes that a run allocates on this thread, mean of some runs; code should have been compiled before.
     *
     * @param work what is looked at
     * @return bytes, NaN where the JVM does not tell
     */
    double bytes(Runnable work) {
        if (!(threads instanceof com.sun.management.ThreadMXBean counting)
                || !counting.isThreadAllocatedMemorySupported()
                || !counting.isThreadAllocatedMemoryEnabled()) {
            return Double.NaN;
        }
        long before = counting.getCurrentThreadAllocatedBytes();
        for (int run = 0; run < ALLOCATING_RUNS; run++) {
            work.run();
        }
        return (double) (counting.getCurrentThreadAllocatedBytes() - before) / ALLOCATING_RUNS;
    }

    private long compilationMilliseconds() {
        return compiler != null && compiler.isCompilationTimeMonitoringSupported()
                ? compiler.getTotalCompilationTime()
                : 0;
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
