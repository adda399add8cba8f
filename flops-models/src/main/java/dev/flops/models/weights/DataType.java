package dev.flops.models.weights;

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
    /** A signed integer of 64 bits. */
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
     * Whether values of this type are read as float32, exactly.
     *
     * @return true for the types of at most four bytes
     */
    public boolean isWeight() {
        return bytes <= Float.BYTES;
    }

    /** The value of stored bits; exact for every type of weights. */
    float decode(int bits) {
        return switch (this) {
            case F32 -> Float.intBitsToFloat(bits);
            case F16 -> Float.float16ToFloat((short) bits);
            case BF16 -> Float.intBitsToFloat(bits << HALF);
            case F64, I64 -> throw new IllegalArgumentException("type = " + this + ", expected a type of weights");
        };
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
