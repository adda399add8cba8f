package dev.flops.tensor.internal.kernel;

import dev.flops.api.NoiseAddress;
import dev.flops.api.RandomKey;
import java.util.SplittableRandom;

/**
 * What a kernel is run on.
 *
 * @param n length of a row
 * @param offset where arrays begin
 * @param kind of numbers
 */
record KernelInput(int n, int offset, Kind kind) {
    /** Rows of a matrix of rows; not a multiple of the rows that a kernel may take at a time. */
    static final int ROWS = 7;

    private static final float[] SPECIALS = {
        Float.NaN,
        Float.intBitsToFloat(0xFFC00123), // a negative NaN with a payload
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
        0f,
        -0f,
        Float.MIN_VALUE,
        -Float.MIN_VALUE,
        Float.MAX_VALUE,
        -Float.MAX_VALUE,
        Float.MIN_NORMAL,
        88.7228f,
        -103.9f
    };

    enum Kind {
        /** Of mixed signs, about 1. */
        ORDINARY,
        /** Every bit pattern alike: huge, tiny, NaN. */
        ANY_BITS,
        /** Ordinary ones among which are zeros, infinities, NaN, subnormal numbers. */
        SPRINKLED,
        /** Of large size, so that exponentials overflow and underflow. */
        LARGE
    }

    /** An array of the given length after the offset; streams of different numbers differ. */
    float[] numbers(int stream, int length) {
        SplittableRandom random = new SplittableRandom(31L * (31L * n + offset) + stream);
        float[] x = new float[offset + length];
        for (int i = 0; i < x.length; i++) {
            float ordinary = (float) (random.nextDouble() * 4 - 2);
            x[i] = switch (kind) {
                case ORDINARY -> ordinary;
                case ANY_BITS -> Float.intBitsToFloat(random.nextInt());
                case SPRINKLED -> random.nextInt(24) == 0 ? SPECIALS[random.nextInt(SPECIALS.length)] : ordinary;
                case LARGE -> ordinary * 100;
            };
        }
        return x;
    }

    float[] row(int stream) {
        return numbers(stream, n);
    }

    float[] rows(int stream) {
        return numbers(stream, ROWS * n);
    }

    NoiseAddress noise() {
        return new NoiseAddress(RandomKey.ofSeed(n), offset, 7);
    }
}
