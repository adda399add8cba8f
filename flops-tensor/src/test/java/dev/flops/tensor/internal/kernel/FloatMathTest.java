package dev.flops.tensor.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Errors of the elementary functions against double precision, over floats of every exponent. */
class FloatMathTest {
    /** Every so many-th bit pattern in the ordinary run: a prime, four million patterns. */
    private static final int SAMPLE_STEP = 1009;

    private interface FloatFunction {
        float apply(float x);
    }

    @SuppressWarnings("ImmutableEnumChecker") // functions without state
    enum Function {
        EXP(FloatMath::exp, StrictMath::exp, 0.90),
        LOG(FloatMath::log, StrictMath::log, 1.07),
        TANH(FloatMath::tanh, StrictMath::tanh, 1.79),
        ERF(FloatMath::erf, DoubleOracle::erf, 1.11),
        GELU(FloatMath::gelu, DoubleOracle::gelu, 6.90),
        SILU(FloatMath::silu, DoubleOracle::silu, 3.35),
        SIN(FloatMath::sin, Function::sin, 1.48),
        COS(FloatMath::cos, Function::cos, 1.56);

        private final FloatFunction function;
        private final DoubleUnaryOperator oracle;
        private final double ulps;

        Function(FloatFunction function, DoubleUnaryOperator oracle, double ulps) {
            this.function = function;
            this.oracle = oracle;
            this.ulps = ulps;
        }

        private static double sin(double x) {
            return Math.abs(x) > FloatMath.TWO_PI ? Double.NaN : StrictMath.sin(x);
        }

        private static double cos(double x) {
            return Math.abs(x) > FloatMath.TWO_PI ? Double.NaN : StrictMath.cos(x);
        }

        /** Greatest error in ulp over the bit patterns begin, begin + step, … of 2^24 consecutive ones. */
        double worst(int begin, int step) {
            double worst = 0;
            for (long bits = begin; bits < begin + (1L << 24); bits += step) {
                worst = Math.max(worst, error(Float.intBitsToFloat((int) bits)));
            }
            return worst;
        }

        private double error(float x) {
            float actual = function.apply(x);
            double expected = oracle.applyAsDouble(x);
            float rounded = (float) expected;
            if (Float.isNaN(rounded) || Float.isNaN(actual)) {
                return Float.isNaN(rounded) && Float.isNaN(actual) ? 0 : Double.POSITIVE_INFINITY;
            }
            if (Float.isInfinite(rounded) || Float.isInfinite(actual)) {
                return rounded == actual ? 0 : Double.POSITIVE_INFINITY;
            }
            return Math.abs(actual - expected) / Math.ulp(rounded);
        }
    }

    @ParameterizedTest
    @EnumSource
    void errorOverASampleOfAllFloats(Function function) {
        assertThat(worst(function, SAMPLE_STEP)).isLessThanOrEqualTo(function.ulps);
    }

    /** Minutes for each function, an hour for some: run with -Dflops.ulp=exhaustive, or by night. */
    @EnabledIf("exhaustive")
    @ParameterizedTest
    @EnumSource
    void errorOverAllFloats(Function function) {
        double worst = worst(function, 1);
        assertThat(worst).isLessThanOrEqualTo(function.ulps);
        assertThat(worst).as("the stated bound is tight").isGreaterThan(0.97 * function.ulps);
    }

    static boolean exhaustive() {
        return Boolean.getBoolean("flops.nightly") || "exhaustive".equals(System.getProperty("flops.ulp"));
    }

    private static double worst(Function function, int step) {
        return IntStream.range(0, 256)
                .parallel()
                .mapToDouble(block -> function.worst(block << 24, step))
                .max()
                .orElseThrow();
    }

    @Test
    void limits() {
        assertThat(FloatMath.exp(Float.NEGATIVE_INFINITY)).isEqualTo(0f);
        assertThat(FloatMath.exp(Float.POSITIVE_INFINITY)).isEqualTo(Float.POSITIVE_INFINITY);
        assertThat(FloatMath.exp(0f)).isEqualTo(1f);
        assertThat(FloatMath.log(1f)).isEqualTo(0f);
        assertThat(FloatMath.log(-0f)).isEqualTo(Float.NEGATIVE_INFINITY);
        assertThat(FloatMath.log(-1f)).isNaN();
        assertThat(FloatMath.tanh(-0f)).as("the sign of zero is lost").isEqualTo(Float.valueOf(0f));
        assertThat(FloatMath.tanh(Float.NEGATIVE_INFINITY)).isEqualTo(-1f);
        assertThat(FloatMath.erf(-0f)).isEqualTo(Float.valueOf(-0f));
        assertThat(FloatMath.erf(Float.POSITIVE_INFINITY)).isEqualTo(1f);
        assertThat(FloatMath.gelu(Float.POSITIVE_INFINITY)).isEqualTo(Float.POSITIVE_INFINITY);
        assertThat(FloatMath.gelu(Float.NEGATIVE_INFINITY)).isZero();
        assertThat(FloatMath.gelu(20f)).isEqualTo(20f);
        assertThat(FloatMath.silu(Float.POSITIVE_INFINITY)).isEqualTo(Float.POSITIVE_INFINITY);
        assertThat(FloatMath.silu(Float.NEGATIVE_INFINITY)).isEqualTo(Float.valueOf(-0f));
        assertThat(FloatMath.silu(-0f)).isEqualTo(Float.valueOf(-0f));
        assertThat(FloatMath.silu(0f)).isEqualTo(0f);
        assertThat(FloatMath.silu(200f)).isEqualTo(200f);
        assertThat(FloatMath.sin(0f)).isEqualTo(0f);
        assertThat(FloatMath.sin(-0f)).isEqualTo(Float.valueOf(-0f));
        assertThat(FloatMath.cos(-0f)).isEqualTo(1f);
        assertThat(FloatMath.sin(Float.POSITIVE_INFINITY)).isNaN();
        assertThat(FloatMath.cos(Math.nextUp(FloatMath.TWO_PI))).isNaN();
    }

    /** Payloads and signs of NaN must not be mistaken for exponents. */
    @Test
    void everyNanStaysNan() {
        for (int mantissa = 1; mantissa < 1 << 23; mantissa += 4099) {
            for (int sign : new int[] {0, Integer.MIN_VALUE}) {
                float nan = Float.intBitsToFloat(sign | FloatMath.INFINITY_BITS | mantissa);
                for (Function function : Function.values()) {
                    assertThat(function.function.apply(nan))
                            .as("%s %x", function, mantissa)
                            .isNaN();
                }
            }
        }
    }

    @Test
    void anglesOfBoxMuller() {
        double cos = 0;
        double sin = 0;
        for (long word = Integer.MIN_VALUE; word <= Integer.MAX_VALUE; word += 4099) {
            double angle = StrictMath.PI * ((float) word * 0x1p-31f);
            cos = Math.max(cos, Math.abs(FloatMath.angleCos((int) word) - StrictMath.cos(angle)));
            sin = Math.max(sin, Math.abs(FloatMath.angleSin((int) word) - StrictMath.sin(angle)));
        }
        assertThat(cos).isLessThan(6e-7);
        assertThat(sin).isLessThan(3e-7);
    }

    @Test
    void radiiOfBoxMuller() {
        double worst = 0;
        for (long word = Integer.MIN_VALUE; word <= Integer.MAX_VALUE; word += 4099) {
            double u = Math.fma((float) ((int) word >>> 1), 0x1p-31f, 0x1p-32f);
            double expected = StrictMath.sqrt(-2 * StrictMath.log(u));
            double error = Math.abs(FloatMath.gaussianRadius((int) word) - expected);
            worst = Math.max(worst, error == 0 ? 0 : error / expected);
        }
        assertThat(worst).isLessThan(1.2e-7);
        assertThat(FloatMath.gaussianRadius(0)).isEqualTo((float) StrictMath.sqrt(64 * StrictMath.log(2)));
        assertThat(FloatMath.gaussianRadius(-1)).as("u rounds to 1").isZero();
    }
}
