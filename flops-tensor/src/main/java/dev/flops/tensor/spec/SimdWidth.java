package dev.flops.tensor.spec;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Which kernels compute: vectors of a number of bits, or none. The results are the same, bit for bit; only the time
 * differs.
 */
public enum SimdWidth {
    /**
     * The width that suits the machine if the JVM was started with {@code --add-modules jdk.incubator.vector}, else
     * scalar.
     */
    AUTO("auto"),
    /** Vectors of 16 floats. */
    W512("512"),
    /** Vectors of 8 floats. */
    W256("256"),
    /** Vectors of 4 floats. */
    W128("128"),
    /** One float at a time; runs on every JVM. */
    SCALAR("scalar");

    private final String text;

    SimdWidth(String text) {
        this.text = text;
    }

    /**
     * Reads a width from a command line or configuration.
     *
     * @param text "auto", "512", "256", "128" or "scalar"
     * @return the width of that name
     * @throws IllegalArgumentException if there is none; the message lists the choices
     */
    public static SimdWidth parse(String text) {
        for (SimdWidth width : values()) {
            if (width.text.equals(text)) {
                return width;
            }
        }
        String choices = Arrays.stream(values()).map(width -> width.text).collect(Collectors.joining(", "));
        throw new IllegalArgumentException("simd = \"" + text + "\", expected one of " + choices);
    }

    /**
     * The name that {@link #parse} reads.
     *
     * @return the name
     */
    @Override
    public String toString() {
        return text;
    }
}
