package dev.flops.alloc.internal.elementary;

/**
 * Sine and cosine of an angle within one turn, bit by bit as {@link StrictMath} has them, which allocates arrays in every call.
 * {@code StrictMath} is defined to be fdlibm, and so this follows it operation by operation: with φ = n π/2 + (y + tail), the two
 * parts of |y| ≤ π/4 by subtracting n times the leading bits of π/2 and then the rest, and the polynomials
 *
 * <pre>
 *   sin y ≈ y + S1 y³ + ... + S6 y¹³        cos y ≈ 1 − y²/2 + C1 y⁴ + ... + C6 y¹⁴
 * </pre>
 *
 * <p>Reference: Sun Microsystems, <em>fdlibm 5.3</em>, 1993: e_rem_pio2.c, k_sin.c, k_cos.c. Deviation: angles outside of [0, 2π] are left
 * out.
 */
public final class CircularFunctions {
    private static final int HIGH_OF_QUARTER_PI = 0x3FE921FB;
    private static final int HIGH_OF_THREE_QUARTERS_PI = 0x4002D97C;

    private static final double TWO_OVER_PI = 0x1.45f306dc9c883p-1;
    // π/2 = HALF_PI_1 + REST_1 = HALF_PI_1 + HALF_PI_2 + REST_2 = ...: 33 bits each, and what is left.
    private static final double HALF_PI_1 = 0x1.921fb544p0;
    private static final double REST_1 = 0x1.0b4611a626331p-34;
    private static final double HALF_PI_2 = 0x1.0b4611a6p-34;
    private static final double REST_2 = 0x1.3198a2e037073p-69;
    private static final double HALF_PI_3 = 0x1.3198a2ep-69;
    private static final double REST_3 = 0x1.b839a252049c1p-104;

    /** When more bits than these cancel, the second subtraction is not exact enough. */
    private static final int CANCELLED_BITS = 49;

    private static final double S1 = -0x1.5555555555549p-3;
    private static final double S2 = 0x1.111111110f8a6p-7;
    private static final double S3 = -0x1.a01a019c161d5p-13;
    private static final double S4 = 0x1.71de357b1fe7dp-19;
    private static final double S5 = -0x1.ae5e68a2b9cebp-26;
    private static final double S6 = 0x1.5d93a5acfd57cp-33;
    private static final double C1 = 0x1.555555555554cp-5;
    private static final double C2 = -0x1.6c16c16c15177p-10;
    private static final double C3 = 0x1.a01a019cb159p-16;
    private static final double C4 = -0x1.27e4f809c52adp-22;
    private static final double C5 = 0x1.1ee9ebdb4b1c4p-29;
    private static final double C6 = -0x1.8fae9be8838d4p-37;

    private CircularFunctions() {}

    /**
     * Cosine.
     *
     * @param angle φ in [0, 2π]
     * @return cos φ
     */
    public static double cos(double angle) {
        return high(angle) <= HIGH_OF_QUARTER_PI ? cos(angle, 0) : ofQuadrant(angle, 1);
    }

    /**
     * Sine.
     *
     * @param angle φ in [0, 2π]
     * @return sin φ
     */
    public static double sin(double angle) {
        return high(angle) <= HIGH_OF_QUARTER_PI ? sinOfEighth(angle) : ofQuadrant(angle, 0);
    }

    /** sin(φ + {@code quarterTurns} π/2) for φ beyond π/4. */
    private static double ofQuadrant(double angle, int quarterTurns) {
        int high = high(angle);
        int n = high < HIGH_OF_THREE_QUARTERS_PI ? 1 : (int) (angle * TWO_OVER_PI + 0.5);
        double first = angle - n * HALF_PI_1;
        double rest = n * REST_1;
        if (high == high(n * (StrictMath.PI / 2))) {
            // At least 20 leading bits cancel, and what is left has room for the next 33 bits of n π/2: exact.
            first -= n * HALF_PI_2;
            rest = n * REST_2;
            if (n > 1 && Math.getExponent(angle) - Math.getExponent(first - rest) > CANCELLED_BITS) {
                double before = first;
                first = before - n * HALF_PI_3;
                rest = n * REST_3 - ((before - first) - n * HALF_PI_3);
            }
        }
        double y = first - rest;
        double tail = (first - y) - rest;
        return switch ((n + quarterTurns) & 3) {
            case 0 -> sin(y, tail);
            case 1 -> cos(y, tail);
            case 2 -> -sin(y, tail);
            default -> -cos(y, tail);
        };
    }

    /** Sign, exponent and 20 bits of the fraction. */
    private static int high(double x) {
        return (int) (Double.doubleToRawLongBits(x) >> 32);
    }

    private static double sinOfEighth(double x) {
        if (Math.abs(x) < 0x1p-27) {
            return x;
        }
        double z = x * x;
        return x + z * x * (S1 + z * sinTerms(z));
    }

    private static double sin(double y, double tail) {
        if (Math.abs(y) < 0x1p-27) {
            return y;
        }
        double z = y * y;
        double v = z * y;
        return y - ((z * (0.5 * tail - v * sinTerms(z)) - tail) - v * S1);
    }

    private static double sinTerms(double z) {
        return S2 + z * (S3 + z * (S4 + z * (S5 + z * S6)));
    }

    private static double cos(double y, double tail) {
        if (Math.abs(y) < 0x1p-27) {
            return 1;
        }
        double z = y * y;
        double r = z * (C1 + z * (C2 + z * (C3 + z * (C4 + z * (C5 + z * C6)))));
        int high = high(Math.abs(y));
        if (high < 0x3FD33333) {
            return 1 - (0.5 * z - (z * r - y * tail));
        }
        // Some quarter of |y|, of few bits: 1 − quarter is exact.
        double quarter = high > 0x3FE90000 ? 0.28125 : Double.longBitsToDouble((long) (high - 0x00200000) << 32);
        return (1 - quarter) - ((0.5 * z - quarter) - (z * r - y * tail));
    }
}
