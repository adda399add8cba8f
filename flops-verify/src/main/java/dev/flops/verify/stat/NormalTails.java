package dev.flops.verify.stat;

import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.special.Erf;

/** Tails of the standard normal distribution, accurate far out. */
final class NormalTails {
    private NormalTails() {}

    /** P(Z ≥ z). */
    static double upper(double z) {
        return 0.5 * Erf.erfc(z / StrictMath.sqrt(2));
    }

    /** z with P(Z ≥ z) = tail, by Newton steps on the logarithm of the tail. */
    static double quantile(double tail) {
        double z = -new NormalDistribution(null, 0, 1).inverseCumulativeProbability(tail);
        for (int i = 0; i < 3; i++) {
            double p = upper(z);
            double density = StrictMath.exp(-z * z / 2) / StrictMath.sqrt(2 * StrictMath.PI);
            z += p / density * StrictMath.log(p / tail);
        }
        return z;
    }
}
