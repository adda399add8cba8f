package dev.flops.bench.prompt;

/** A frozen classifier of pictures of digits. Safe for use by several threads at once. */
@FunctionalInterface
public interface DigitScorer extends AutoCloseable {
    /**
     * Scores pictures.
     *
     * @param pictures row-major (rows, {@link Digits#PIXELS}), not modified
     * @param rows number of pictures, at least 1
     * @param scores modified: non-negative scores of the digits, row-major (rows, 10)
     */
    void score(float[] pictures, int rows, float[] scores);

    /** Frees what the classifier holds; nothing by default. */
    @Override
    default void close() {}
}
