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
        double numerator = 2509.0809287301227;
        numerator = numerator * r + 33430.57558358813;
        numerator = numerator * r + 67265.7709270087;
        numerator = numerator * r + 45921.95393154987;
        numerator = numerator * r + 13731.69376550946;
        numerator = numerator * r + 1971.5909503065513;
        numerator = numerator * r + 133.14166789178438;
        numerator = numerator * r + 3.3871328727963665;
        double denominator = 5226.495278852854;
        denominator = denominator * r + 28729.085735721943;
        denominator = denominator * r + 39307.89580009271;
        denominator = denominator * r + 21213.794301586597;
        denominator = denominator * r + 5394.196021424751;
        denominator = denominator * r + 687.1870074920579;
        denominator = denominator * r + 42.31333070160091;
        return numerator / (denominator * r + 1);
    }

    private static double tail(double r) {
        double numerator = 7.745450142783414E-4;
        numerator = numerator * r + 0.022723844989269184;
        numerator = numerator * r + 0.2417807251774506;
        numerator = numerator * r + 1.2704582524523684;
        numerator = numerator * r + 3.6478483247632045;
        numerator = numerator * r + 5.769497221460691;
        numerator = numerator * r + 4.630337846156546;
        numerator = numerator * r + 1.4234371107496835;
        double denominator = 1.0507500716444169E-9;
        denominator = denominator * r + 5.475938084995345E-4;
        denominator = denominator * r + 0.015198666563616457;
        denominator = denominator * r + 0.14810397642748008;
        denominator = denominator * r + 0.6897673349851;
        denominator = denominator * r + 1.6763848301838038;
        denominator = denominator * r + 2.053191626637759;
        return numerator / (denominator * r + 1);
    }
}
