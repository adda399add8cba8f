package dev.flops.bench.align;

/** A frozen encoder of texts. */
@FunctionalInterface
public interface TextEncoder extends AutoCloseable {
    /**
     * Encodes a text.
     *
     * @param text the text
     * @return its vector of unit length; the same number of values for every text
     */
    float[] encode(String text);

    /** Frees what the encoder holds; nothing by default. */
    @Override
    default void close() {}
}
