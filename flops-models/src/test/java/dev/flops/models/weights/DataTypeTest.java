package dev.flops.models.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DataTypeTest {
    @Test
    void everySixteenBitPatternSurvives() {
        for (DataType type : new DataType[] {DataType.F16, DataType.BF16}) {
            for (int bits = 0; bits < 1 << 16; bits++) {
                float value = type.decode(bits);
                if (Float.isNaN(value)) {
                    assertThat(type.decode(type.encode(value))).isNaN();
                } else if (type.encode(value) != bits) {
                    throw new AssertionError(type + " " + bits + " -> " + value + " -> " + type.encode(value));
                }
            }
        }
    }

    /** No neighbour is nearer, and of two equally near ones the even is taken. */
    @Test
    void roundingIsToTheNearest() {
        SplittableRandom random = new SplittableRandom(3);
        for (DataType type : new DataType[] {DataType.F16, DataType.BF16}) {
            for (int trial = 0; trial < 100_000; trial++) {
                float value = trial % 2 == 0
                        ? (float) random.nextGaussian()
                        // Halfway between two values of the type, or next to it.
                        : between(type, random) + (trial % 3 - 1) * Float.MIN_VALUE;
                int bits = type.encode(value);
                double error = Math.abs((double) type.decode(bits) - value);
                for (int other : new int[] {bits - 1, bits + 1}) {
                    double its = Math.abs((double) type.decode(other & 0xFFFF) - value);
                    boolean nearer = error < its || (error == its && (bits & 1) == 0) || Double.isNaN(its);
                    if (!nearer) {
                        throw new AssertionError(type + ": " + value + " -> " + type.decode(bits) + ", nearer: "
                                + type.decode(other & 0xFFFF));
                    }
                }
            }
        }
    }

    private static float between(DataType type, SplittableRandom random) {
        int bits = type.encode((float) random.nextGaussian());
        return (float) (((double) type.decode(bits) + type.decode(bits + 1)) / 2);
    }

    @Test
    void limits() {
        assertThat(DataType.BF16.decode(DataType.BF16.encode(Float.MAX_VALUE))).isInfinite();
        assertThat(DataType.F16.decode(DataType.F16.encode(65520f))).isInfinite();
        assertThat(DataType.F16.decode(DataType.F16.encode(65519f))).isEqualTo(65504f);
        int payloadInLowBits = 0x7F80_0001;
        assertThat(DataType.BF16.decode(DataType.BF16.encode(Float.intBitsToFloat(payloadInLowBits))))
                .isNaN();
    }
}
