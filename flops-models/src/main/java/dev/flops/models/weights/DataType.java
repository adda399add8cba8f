package dev.flops.models.weights;

import java.nio.ByteBuffer;

/** Element types of stored tensors. Weights are float32 in memory; the types of eight bytes occur in checkpoints. */
public enum DataType {
    /** IEEE 754 binary32. */
    F32(4),
    /** IEEE 754 binary16. */
    F16(2),
    /** The upper half of a binary32. */
    BF16(2),
    /** IEEE 754 binary64. */
    F64(8),
    /** Integers, in checkpoints, and as counters beside weights: read as the nearest float32 there, never written as weights. */
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

    /**
     * Whether weights are written in this type.
     *
     * @return true for the types of at most four bytes
     */
    public boolean isWeight() {
        return bytes <= Float.BYTES;
    }

    /** The value of stored bits; exact for every type of weights. */
    float decode(long bits) {
        return switch (this) {
            case F32 -> Float.intBitsToFloat((int) bits);
            case F16 -> Float.float16ToFloat((short) bits);
            case BF16 -> Float.intBitsToFloat((int) bits << HALF);
            case I64 -> bits;
            case F64 -> throw new IllegalArgumentException("type = F64, expected a type that is read as float32");
        };
    }

    /** Element i of a little-endian buffer. */
    float read(ByteBuffer buffer, int i) {
        return decode(
                switch (this) {
                    case F32 -> buffer.getInt(i * bytes);
                    case F16, BF16 -> buffer.getShort(i * bytes);
                    case F64, I64 -> buffer.getLong(i * bytes);
                });
    }

    /** The bits of the nearest value of this type, ties to even; NaN stays NaN. */
    int encode(float value) {
        return switch (this) {
            case F32 -> Float.floatToRawIntBits(value);
            case F16 -> Float.floatToFloat16(value) & 0xFFFF;
            case BF16 -> {
                int bits = Float.floatToRawIntBits(value);
                yield Float.isNaN(value)
                        ? (bits | QUIET_BIT) >>> HALF
                        : (bits + 0x7FFF + ((bits >>> HALF) & 1)) >>> HALF;
            }
            case F64, I64 -> throw new IllegalArgumentException("type = " + this + ", expected a type of weights");
        };
    }
}
