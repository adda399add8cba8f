package dev.flops.models.weights;

/** Element types of stored weights; in memory all are float32. */
public enum DataType {
    /** IEEE 754 binary32. */
    F32(4),
    /** IEEE 754 binary16. */
    F16(2),
    /** The upper half of a binary32. */
    BF16(2);

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

    /** The value of stored bits; exact for every type. */
    float decode(int bits) {
        return switch (this) {
            case F32 -> Float.intBitsToFloat(bits);
            case F16 -> Float.float16ToFloat((short) bits);
            case BF16 -> Float.intBitsToFloat(bits << HALF);
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
        };
    }
}
