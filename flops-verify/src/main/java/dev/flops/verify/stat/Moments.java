package dev.flops.verify.stat;

/**
 * Mean, variance and skewness of a stream of numbers in one pass (Pébay, <em>Formulas for robust, one-pass parallel
 * computation of covariances and arbitrary-order statistical moments</em>, SAND2008-6212).
 */
public final class Moments {
    private long count;
    private double mean;
    private double second;
    private double third;

    /** An empty stream. */
    public Moments() {}

    /**
     * Takes the next number.
     *
     * @param x a finite number
     */
    public void add(double x) {
        if (!Double.isFinite(x)) {
            throw new IllegalArgumentException("x = " + x + " at position " + count + ", expected a finite number");
        }
        long before = count++;
        double delta = x - mean;
        double share = delta / count;
        double term = delta * share * before;
        mean += share;
        third += term * share * (count - 2) - 3 * share * second;
        second += term;
    }

    /**
     * How many numbers were taken.
     *
     * @return n
     */
    public long count() {
        return count;
    }

    /**
     * Their mean.
     *
     * @return the mean, 0 of an empty stream
     */
    public double mean() {
        return mean;
    }

    /**
     * Their unbiased variance.
     *
     * @return Σ (x − mean)² / (n − 1), NaN for fewer than two numbers
     */
    public double variance() {
        return count < 2 ? Double.NaN : second / (count - 1);
    }

    /**
     * Their skewness.
     *
     * @return the third central moment over the variance to the power 3/2; 0 when all numbers are equal
     */
    public double skewness() {
        return second == 0 ? 0 : StrictMath.sqrt((double) count) * third / StrictMath.pow(second, 1.5);
    }
}
