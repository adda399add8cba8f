package dev.flops.bench.fuzz;

import java.util.HexFormat;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Gives a reader many mutated files, which a {@link Judge} watches. A case is a function of its number alone, so that it can be run
 * again by itself.
 */
final class Fuzzer {
    private static final long SEED = 0x464C_4F50_53L;

    private final FuzzedReader reader;
    private final Mutator mutator;
    private final Judge judge;

    Fuzzer(FuzzedReader reader) {
        this.reader = reader;
        this.mutator = new Mutator(reader.contents());
        this.judge = new Judge(reader);
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

    Outcome run(long cases) {
        long begun = Judge.nanoseconds();
        long accepted = 0;
        for (long number = 0; number < cases; number++) {
            accepted += accepts(number) ? 1 : 0;
        }
        return new Outcome(
                reader.name(),
                cases,
                accepted,
                (Judge.nanoseconds() - begun) * 1e-9,
                judge.mostBytes(),
                judge.mostNanoseconds());
    }

    private boolean accepts(long number) {
        byte[] file = reader.mutant(mutator, new SplittableRandom(SEED + number));
        try {
            return judge.accepts(file);
        } catch (Exception | AssertionError | StackOverflowError | OutOfMemoryError e) {
            throw new AssertionError(
                    reader + ", case " + number + ", a file of " + file.length + " bytes: "
                            + HexFormat.of().formatHex(file),
                    e);
        }
    }
}
