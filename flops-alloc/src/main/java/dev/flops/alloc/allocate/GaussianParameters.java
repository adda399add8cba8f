package dev.flops.alloc.allocate;

/**
 * φ, the four numbers that the Gaussian allocator learns: the mean of the score of an example with feature z is w z + b, the
 * covariance of two scores is s² exp(−(z − z')² / (2 ℓ²)).
 *
 * @param slope w in [−10, 10]
 * @param offset b in [−10, 10]; without effect under the softmax link
 * @param logScale ln s in [ln 1e-3, ln 10]
 * @param logLength ln ℓ in [ln 0.01, ln 100]
 */
public record GaussianParameters(double slope, double offset, double logScale, double logLength) {
    /** Number of parameters. */
    static final int COUNT = 4;

    static final double LARGEST_MEAN = 10;
    static final double LEAST_SCALE = 1e-3;
    static final double LARGEST_SCALE = 10;
    static final double LEAST_LENGTH = 0.01;
    static final double LARGEST_LENGTH = 100;

    /** Checks the ranges. */
    public GaussianParameters {
        AllocationChecks.requireRange("slope", slope, -LARGEST_MEAN, LARGEST_MEAN);
        AllocationChecks.requireRange("offset", offset, -LARGEST_MEAN, LARGEST_MEAN);
        AllocationChecks.requireRange("logScale", logScale, StrictMath.log(LEAST_SCALE), StrictMath.log(LARGEST_SCALE));
        AllocationChecks.requireRange(
                "logLength", logLength, StrictMath.log(LEAST_LENGTH), StrictMath.log(LARGEST_LENGTH));
    }

    /** The parameters nearest to four numbers, with s at least the floor. */
    static GaussianParameters clamped(double w, double b, double logScale, double logLength, double scaleFloor) {
        return new GaussianParameters(
                Math.clamp(w, -LARGEST_MEAN, LARGEST_MEAN),
                Math.clamp(b, -LARGEST_MEAN, LARGEST_MEAN),
                Math.clamp(logScale, StrictMath.log(scaleFloor), StrictMath.log(LARGEST_SCALE)),
                Math.clamp(logLength, StrictMath.log(LEAST_LENGTH), StrictMath.log(LARGEST_LENGTH)));
    }

    double[] toArray() {
        return new double[] {slope, offset, logScale, logLength};
    }
}
