package dev.flops.bench.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.SplittableRandom;

/**
 * Judges how a reader takes a file: it must read it, or refuse it with a documented exception whose message has no more than
 * {@value #LONGEST_MESSAGE} characters, in {@value #MOST_NANOSECONDS} ns of the processor's time and the memory of {@link #mostBytes}.
 */
final class Judge {
    static final int LONGEST_MESSAGE = 1000;
    static final long MOST_NANOSECONDS = 1_000_000_000;

    private static final ThreadMXBean THREAD = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final FuzzedReader reader;
    private long mostBytes;
    private long mostNanoseconds;

    Judge(FuzzedReader reader) {
        this.reader = reader;
    }

    /** Memory that reading a file of some length may take: parsers of text hold an object for every few bytes. */
    static long mostBytes(int length) {
        return (1 << 20) + 100L * length;
    }

    /** Processor time of this thread so far. */
    static long nanoseconds() {
        return THREAD.getCurrentThreadCpuTime();
    }

    /** The valid files are read: what a reader loads once then counts against no mutated one. */
    void requireValidFilesAccepted() throws Exception {
        for (byte[] content : reader.contents()) {
            require(
                    reader.accepts(reader.framing().frame(content, new SplittableRandom(1))),
                    "a valid file of " + content.length + " bytes is refused");
        }
    }

    /**
     * Whether the file was read and not refused; throws if either was done wrongly. A file that took too much is read once more, and
     * that counts: the first file that gets somewhere also loads the classes of the place.
     */
    boolean accepts(byte[] file) throws Exception {
        Reading reading = read(file);
        if (reading.isTooMuch(file.length)) {
            reading = read(file);
        }
        require(reading.bytes <= mostBytes(file.length), reading.bytes + " bytes allocated");
        require(reading.nanoseconds <= MOST_NANOSECONDS, reading.nanoseconds + " ns");
        mostBytes = Math.max(mostBytes, reading.bytes);
        mostNanoseconds = Math.max(mostNanoseconds, reading.nanoseconds);
        return reading.accepted;
    }

    private Reading read(byte[] file) throws Exception {
        long bytes = THREAD.getCurrentThreadAllocatedBytes();
        long time = nanoseconds();
        boolean accepted = reader.accepts(file);
        time = nanoseconds() - time;
        return new Reading(accepted, THREAD.getCurrentThreadAllocatedBytes() - bytes, time);
    }

    private record Reading(boolean accepted, long bytes, long nanoseconds) {
        boolean isTooMuch(int length) {
            return bytes > mostBytes(length) || nanoseconds > MOST_NANOSECONDS;
        }
    }

    /** The most memory that a file took so far. */
    long mostBytes() {
        return mostBytes;
    }

    /** The most processor time that a file took so far. */
    long mostNanoseconds() {
        return mostNanoseconds;
    }

    private static void require(boolean holds, String found) {
        if (!holds) {
            throw new AssertionError(found);
        }
    }
}
