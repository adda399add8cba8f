package dev.flops.bench.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.HexFormat;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Gives a reader many mutated files. A case is a function of its number alone, so that it can be run again by itself.
 *
 * <p>A case fails if anything but a documented exception is thrown, if a message is longer than {@value #LONGEST_MESSAGE}
 * characters, or if reading takes more than {@value #MOST_NANOSECONDS} ns of the processor's time or more memory than
 * {@link #mostBytes} allows.
 */
final class Fuzzer {
    static final int LONGEST_MESSAGE = 1000;
    static final long MOST_NANOSECONDS = 1_000_000_000;

    private static final long SEED = 0x464C_4F50_53L;
    private static final ThreadMXBean THREAD = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final FuzzedReader reader;
    private final Mutator mutator;
    private long mostBytes;
    private long mostNanoseconds;

    Fuzzer(FuzzedReader reader) {
        this.reader = reader;
        this.mutator = new Mutator(reader.contents());
    }

    /** What came of the cases. */
    record Outcome(String reader, long cases, long accepted, double seconds, long mostBytes, long mostNanoseconds) {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%s: %,d cases in %.1f s of the processor, %.1f %% read, the others refused; at most %,d KB and %.1f ms a case",
                    reader,
                    cases,
                    seconds,
                    100.0 * accepted / cases,
                    mostBytes / 1000,
                    mostNanoseconds * 1e-6);
        }
    }

    /** Memory that reading a file of some length may take: parsers of text hold an object for every few bytes. */
    static long mostBytes(int length) {
        return (1 << 20) + 100L * length;
    }

    Outcome run(long cases) {
        long begun = THREAD.getCurrentThreadCpuTime();
        long accepted = 0;
        for (long number = 0; number < cases; number++) {
            accepted += accepts(number) ? 1 : 0;
        }
        return new Outcome(
                reader.name(),
                cases,
                accepted,
                (THREAD.getCurrentThreadCpuTime() - begun) * 1e-9,
                mostBytes,
                mostNanoseconds);
    }

    private boolean accepts(long number) {
        byte[] file = reader.mutant(mutator, new SplittableRandom(SEED + number));
        try {
            long bytes = THREAD.getCurrentThreadAllocatedBytes();
            long time = THREAD.getCurrentThreadCpuTime();
            boolean accepted = reader.accepts(file);
            time = THREAD.getCurrentThreadCpuTime() - time;
            bytes = THREAD.getCurrentThreadAllocatedBytes() - bytes;
            require(bytes <= mostBytes(file.length), bytes + " bytes allocated");
            require(time <= MOST_NANOSECONDS, time + " ns");
            mostBytes = Math.max(mostBytes, bytes);
            mostNanoseconds = Math.max(mostNanoseconds, time);
            return accepted;
        } catch (Exception | AssertionError | StackOverflowError | OutOfMemoryError e) {
            throw new AssertionError(
                    reader + ", case " + number + ", a file of " + file.length + " bytes: "
                            + HexFormat.of().formatHex(file),
                    e);
        }
    }

    private static void require(boolean holds, String found) {
        if (!holds) {
            throw new AssertionError(found);
        }
    }
}
