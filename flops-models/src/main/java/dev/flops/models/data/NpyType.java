package dev.flops.models.data;

import java.nio.ByteBuffer;

/** Element types of NPY files that are read. */
public enum NpyType {
    /** An unsigned byte. */
    U1(1),
    /** A signed integer of 32 bits. */
    I4(4),
    /** A signed integer of 64 bits. */
    I8(8),
    /** IEEE 754 binary32. */
    F4(4),
    /** IEEE 754 binary64. */
    F8(8);

    private final int bytes;

    NpyType(int bytes) {
        this.bytes = bytes;
    }

    /**
     * Size of an element.
     *
     * @return bytes
     */
    public int bytes() {
        return bytes;
    }

    /**
     * Whether values are integers.
     *
     * @return false for the floating-point types
     */
    public boolean isInteger() {
        return this != F4 && this != F8;
    }

    /** Element i as an integer; only for types of integers. */
    long getLong(ByteBuffer values, int i) {
        return switch (this) {
            case U1 -> values.get(i) & 0xFF;
            case I4 -> values.getInt(4 * i);
            case I8 -> values.getLong(8 * i);
            case F4, F8 -> throw new IllegalArgumentException("type = " + this + ", expected a type of integers");
        };
    }

    /** Element i, rounded where an integer has more than 53 bits. */
    double getDouble(ByteBuffer values, int i) {
        return switch (this) {
            case U1, I4, I8 -> getLong(values, i);
            case F4 -> values.getFloat(4 * i);
            case F8 -> values.getDouble(8 * i);
        };
    }
}
