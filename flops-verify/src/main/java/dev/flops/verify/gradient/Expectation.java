package dev.flops.verify.gradient;

/**
 * What the expectation of an estimate should be.
 *
 * @param mean E ĝ, one value per parameter, copied
 * @param tolerance known bound per value on a deviation that is no defect, ≥ 0, copied
 */
public record Expectation(double[] mean, double[] tolerance) {
    /** Copies the arrays and checks them. */
    public Expectation {
        if (tolerance.length != mean.length) {
            throw new IllegalArgumentException("tolerance.length = " + tolerance.length + ", expected " + mean.length);
        }
        for (int j = 0; j < tolerance.length; j++) {
            if (!(tolerance[j] >= 0)) {
                throw new IllegalArgumentException("tolerance[" + j + "] = " + tolerance[j] + ", expected >= 0");
            }
        }
        mean = mean.clone();
        tolerance = tolerance.clone();
    }

    /**
     * An expectation that is known exactly.
     *
     * @param mean E ĝ, copied
     * @return tolerance 0
     */
    public static Expectation exactly(double[] mean) {
        return new Expectation(mean, new double[mean.length]);
    }

    /**
     * The expectation.
     *
     * @return a copy
     */
    @Override
    public double[] mean() {
        return mean.clone();
    }

    /**
     * The tolerance.
     *
     * @return a copy
     */
    @Override
    public double[] tolerance() {
        return tolerance.clone();
    }
}
