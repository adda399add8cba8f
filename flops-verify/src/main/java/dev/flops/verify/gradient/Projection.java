package dev.flops.verify.gradient;

/**
 * One linear functional of a gradient and what it should be.
 *
 * @param name name for reports, such as a parameter's
 * @param direction u, one factor per parameter value, copied
 * @param expected u·∇L
 * @param tolerance known bound on a deviation of E[u·ĝ] that is no defect, such as the smoothing bias
 */
public record Projection(String name, double[] direction, double expected, double tolerance) {
    /** Copies the direction. */
    public Projection {
        direction = direction.clone();
        if (!(tolerance >= 0)) {
            throw new IllegalArgumentException("tolerance = " + tolerance + " of " + name + ", expected >= 0");
        }
    }

    /**
     * The direction.
     *
     * @return a copy
     */
    @Override
    public double[] direction() {
        return direction.clone();
    }

    /**
     * The functional.
     *
     * @param gradient as many values as the direction, not modified
     * @return u·g
     */
    public double of(float[] gradient) {
        double sum = 0;
        for (int d = 0; d < direction.length; d++) {
            sum += direction[d] * gradient[d];
        }
        return sum;
    }
}
