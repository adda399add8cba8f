package dev.flops.alloc.internal.elementary;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Bit by bit against {@link StrictMath}. */
final class CircularFunctionsTest {
    private static final double TURN = 2 * StrictMath.PI;

    @Test
    void randomAnglesOfATurn() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 500_000; i++) {
            assertEqual(TURN * random.nextDouble());
        }
    }

    @Test
    void anglesThatAreFractionsOfATurn() {
        for (int parts = 1; parts <= 1 << 16; parts *= 2) {
            for (int i = 0; i <= parts; i++) {
                assertEqual(TURN * i / parts);
            }
        }
        assertEqual(TURN * (1 - 0x1p-53));
    }

    /** Where a case begins or ends, and where almost all bits cancel. */
    @Test
    void neighboursOfEighthsAndOfTheBoundsOfCases() {
        for (int eighth = 1; eighth <= 8; eighth++) {
            assertNeighboursEqual(eighth * (StrictMath.PI / 4));
            for (double bound : new double[] {0x1p-27, 0.3, 0.78125}) {
                assertNeighboursEqual(eighth * (StrictMath.PI / 4) + bound);
                assertNeighboursEqual(eighth * (StrictMath.PI / 4) - bound);
            }
        }
        // Bounds of cases in the leading 32 bits.
        for (int high : new int[] {
            0x3E400000, 0x3FD33333, 0x3FE90000, 0x3FE921FB, 0x3FF921FB, 0x4002D97C, 0x400921FB, 0x4012D97C
        }) {
            for (int step = 0; step <= 1; step++) {
                assertNeighboursEqual(Double.longBitsToDouble((long) (high + step) << 32));
            }
        }
    }

    @Test
    void smallAngles() {
        assertEqual(0);
        for (int exponent = -1074; exponent < 0; exponent++) {
            assertEqual(StrictMath.scalb(1.0, exponent));
            assertEqual(StrictMath.scalb(1.4, exponent));
        }
    }

    private void assertNeighboursEqual(double angle) {
        double up = angle;
        double down = angle;
        for (int i = 0; i < 2000; i++) {
            assertEqual(up);
            assertEqual(down);
            up = Math.nextUp(up);
            down = Math.nextDown(down);
        }
        // Coarser: every number of bits that cancel.
        for (int bits = 1; bits < 53; bits++) {
            assertEqual(angle + StrictMath.scalb(angle, -bits));
            assertEqual(angle - StrictMath.scalb(angle, -bits));
        }
    }

    private void assertEqual(double angle) {
        if (angle < 0 || angle > TURN) {
            return;
        }
        double cos = CircularFunctions.cos(angle);
        double sin = CircularFunctions.sin(angle);
        if (Double.doubleToLongBits(cos) != Double.doubleToLongBits(StrictMath.cos(angle))
                || Double.doubleToLongBits(sin) != Double.doubleToLongBits(StrictMath.sin(angle))) {
            assertThat(new double[] {cos, sin})
                    .as("cos and sin of %s", Double.toHexString(angle))
                    .containsExactly(StrictMath.cos(angle), StrictMath.sin(angle));
        }
    }
}
