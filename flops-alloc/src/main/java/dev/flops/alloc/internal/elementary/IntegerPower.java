package dev.flops.alloc.internal.elementary;

/** Powers with exponents that are counts. */
public final class IntegerPower {
    private IntegerPower() {}

    /**
     * xⁿ by repeated squaring: products of doubles in a fixed order, the same bits everywhere. Unlike {@link StrictMath#pow} it allocates
     * no array, and rounds in each of its 2 log₂ n products: the relative error stays below n 2⁻⁵³, about.
     *
     * @param base x
     * @param exponent n ≥ 0
     * @return xⁿ, 1 for n = 0
     */
    public static double of(double base, int exponent) {
        if (exponent < 0) {
            throw new IllegalArgumentException("exponent = " + exponent + ", expected >= 0");
        }
        double power = 1;
        double square = base;
        for (int bits = exponent; bits != 0; bits >>>= 1) {
            if ((bits & 1) == 1) {
                power *= square;
            }
            square *= square;
        }
        return power;
    }
}
