package dev.flops.alloc.direction;

/**
 * The inverse of the standard normal distribution function for probabilities in [2⁻³³, 1 − 2⁻³³], to a relative error of
 * about 10⁻¹⁵: rational functions of degree 7 in the centre (|p − ½| ≤ 0.425) and, of √(−ln p), in the tails.
 *
 * <p>Reference: Wichura, <em>Algorithm AS 241: The Percentage Points of the Normal Distribution</em>, Applied Statistics 37,
 * 1988, without its outermost range, which begins at p = e⁻²⁵.
 */
final class InverseNormal {
    private InverseNormal() {}

    static double of(double p) {
        double q = p - 0.5;
        if (Math.abs(q) <= 0.425) {
            return q * central(0.180625 - q * q);
        }
        double tail = tail(StrictMath.sqrt(-StrictMath.log(q < 0 ? p : 1 - p)) - 1.6);
        return q < 0 ? -tail : tail;
    }

    private static double central(double r) {
        double numerator = 2.5090809287301226727e3;
        numerator = numerator * r + 3.3430575583588128105e4;
        numerator = numerator * r + 6.7265770927008700853e4;
        numerator = numerator * r + 4.5921953931549871457e4;
        numerator = numerator * r + 1.3731693765509461125e4;
        numerator = numerator * r + 1.9715909503065514427e3;
        numerator = numerator * r + 1.3314166789178437745e2;
        numerator = numerator * r + 3.3871328727963666080;
        double denominator = 5.2264952788528545610e3;
        denominator = denominator * r + 2.8729085735721942674e4;
        denominator = denominator * r + 3.9307895800092710610e4;
        denominator = denominator * r + 2.1213794301586595867e4;
        denominator = denominator * r + 5.3941960214247511077e3;
        denominator = denominator * r + 6.8718700749205790830e2;
        denominator = denominator * r + 4.2313330701600911252e1;
        return numerator / (denominator * r + 1);
    }

    private static double tail(double r) {
        double numerator = 7.74545014278341407640e-4;
        numerator = numerator * r + 2.27238449892691845833e-2;
        numerator = numerator * r + 2.41780725177450611770e-1;
        numerator = numerator * r + 1.27045825245236838258;
        numerator = numerator * r + 3.64784832476320460504;
        numerator = numerator * r + 5.76949722146069140550;
        numerator = numerator * r + 4.63033784615654529590;
        numerator = numerator * r + 1.42343711074968357734;
        double denominator = 1.05075007164441684324e-9;
        denominator = denominator * r + 5.47593808499534494600e-4;
        denominator = denominator * r + 1.51986665636164571966e-2;
        denominator = denominator * r + 1.48103976427480074590e-1;
        denominator = denominator * r + 6.89767334985100004550e-1;
        denominator = denominator * r + 1.67638483018380384940;
        denominator = denominator * r + 2.05319162663775882187;
        return numerator / (denominator * r + 1);
    }
}
