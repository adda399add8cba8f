package dev.flops.models.weights;

import java.nio.ByteBuffer;

/** Element types of stored weights; in memory all are float32. */
public enum DataType {
    /** IEEE 754 binary32. */
    F32(4),
    /** IEEE 754 binary16. */
    F16(2),
    /** The upper half of a binary32. */
    BF16(2),
    /** Integers, such as counters beside weights: read as the nearest float32, never written. */
    I64(8);

    private static final int HALF = 16;
    private static final int QUIET_BIT = 0x0040_0000;

    private final int bytes;

    DataType(int bytes) {
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

    /** The value of stored bits; exact for every type of floating-point numbers. */
    float decode(long bits) {
        return switch (this) {
            case F32 -> Float.intBitsToFloat((int) bits);
            case F16 -> Float.float16ToFloat((short) bits);
            case BF16 -> Float.intBitsToFloat((int) bits << HALF);
            case I64 -> bits;
        };
    }

    /** Element i of a little-endian buffer. */
    float read(ByteBuffer buffer, int i) {
        return decode(
                switch (this) {
                    case F32 -> buffer.getInt(i * bytes);
                    case F16, BF16 -> buffer.getShort(i * bytes);
                    case I64 -> buffer.getLong(i * bytes);
                });
    }

    /** The bits of the nearest value of this type, ties to even; NaN stays NaN. */
    int encode(float value) {
        return switch (this) {
            case F32 -> Float.floatToRawIntBits(value);
            case F16 -> Float.floatToFloat16(value) & 0xFFFF;
            case I64 -> throw new IllegalArgumentException("type = I64, expected F32, F16 or BF16");
            case BF16 -> {
                int bits = Float.floatToRawIntBits(value);
                yield Float.isNaN(value)
                        ? (bits | QUIET_BIT) >>> HALF
                        : (bits + 0x7FFF + ((bits >>> HALF) & 1)) >>> HALF;
            }
        };
    }
}
