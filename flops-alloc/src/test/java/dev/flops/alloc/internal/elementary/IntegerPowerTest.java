package dev.flops.alloc.internal.elementary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.MathContext;
import org.junit.jupiter.api.Test;

/** Against exact products of the same double. */
final class IntegerPowerTest {
    private static final MathContext DIGITS = new MathContext(60);

    @Test
    void isThePowerUpToItsRoundings() {
        for (double base : new double[] {0.9, 0.99, 0.999, 0.5, 1.0 / 3, -0.7, 1.5}) {
            for (int exponent = 0; exponent < 400; exponent++) {
                double exact = new BigDecimal(base).pow(exponent, DIGITS).doubleValue();
                double error = (exponent + 1) * 0x1p-53 * Math.abs(exact);
                assertThat(IntegerPower.of(base, exponent))
                        .as("%s to the power of %s", base, exponent)
                        .isCloseTo(exact, within(error));
            }
        }
    }

    @Test
    void powersOfTwoAreExactAndTheEndsAreReached() {
        assertThat(IntegerPower.of(2, 1023)).isEqualTo(0x1p1023);
        assertThat(IntegerPower.of(0.5, 1074)).isEqualTo(Double.MIN_VALUE);
        assertThat(IntegerPower.of(0.5, 1075)).isZero();
        assertThat(IntegerPower.of(2, 1024)).isInfinite();
        assertThat(IntegerPower.of(0.9, Integer.MAX_VALUE)).isZero();
        assertThat(IntegerPower.of(1, Integer.MAX_VALUE)).isOne();
        assertThat(IntegerPower.of(0, 0)).isOne();
        assertThat(IntegerPower.of(0, 5)).isZero();
    }

    @Test
    void refusesNegativeExponents() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> IntegerPower.of(2, -1))
                .withMessage("exponent = -1, expected >= 0");
    }
}
