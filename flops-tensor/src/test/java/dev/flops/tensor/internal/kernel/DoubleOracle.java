package dev.flops.tensor.internal.kernel;

/** The elementary functions in double precision, to about 1e-14 in the relative sense. */
final class DoubleOracle {
    /** Where the series of erf hands over to the continued fraction of erfc. */
    private static final double SPLIT = 2;

    private DoubleOracle() {}

    static double erf(double x) {
        double size = Math.abs(x);
        double value = size < SPLIT ? erfSeries(size) : 1 - erfcFraction(size);
        return Math.copySign(value, x);
    }

    static double erfc(double x) {
        return x < SPLIT ? 1 - erf(x) : erfcFraction(x);
    }

    /** x Φ(x); 0 at −∞. */
    static double gelu(double x) {
        return x == Double.NEGATIVE_INFINITY ? 0 : x * 0.5 * erfc(-x * StrictMath.sqrt(0.5));
    }

    /** x / (1 + e^−x); 0 at −∞. */
    static double silu(double x) {
        return x == Double.NEGATIVE_INFINITY ? 0 : x / (1 + StrictMath.exp(-x));
    }

    /** 2/√π e^(−x²) Σ 2^n x^(2n+1) / (2n+1)!!, all terms positive (Abramowitz and Stegun 7.1.6). */
    private static double erfSeries(double x) {
        double term = x;
        double sum = x;
        for (int n = 1; term > sum * 1e-17; n++) {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }
        return 2 / StrictMath.sqrt(StrictMath.PI) * StrictMath.exp(-x * x) * sum;
    }

    /** e^(−x²)/√π · 1/(x + (1/2)/(x + 1/(x + (3/2)/(x + …)))) (Abramowitz and Stegun 7.1.14), from the far end. */
    private static double erfcFraction(double x) {
        double tail = x;
        for (int n = 120; n > 0; n--) {
            tail = x + 0.5 * n / tail;
        }
        return StrictMath.exp(-x * x) / (StrictMath.sqrt(StrictMath.PI) * tail);
    }
}
