package dev.flops.verify.gradient;

import dev.flops.verify.stat.MeanTestDesign;
import dev.flops.verify.stat.Moments;
import dev.flops.verify.stat.TestResult;

/**
 * Tests the variance of an estimator whose mean is known: H0: E‖ĝ − E ĝ‖² = tr Cov(ĝ). A sample of the test is the
 * squared distance of one estimate from the mean, so that no variance has to be estimated.
 *
 * @param design rates and smallest defect, δ in standard deviations of ‖ĝ − E ĝ‖²
 */
public record VarianceTest(MeanTestDesign design) {
    /**
     * Tests that the variance is what it should be.
     *
     * @param runs the estimates
     * @param mean E ĝ, not modified
     * @param variance tr Cov(ĝ)
     * @param tolerance known bound on a deviation that is no defect
     * @return the result
     */
    public TestResult run(EstimatorRuns runs, double[] mean, double variance, double tolerance) {
        return design.test("tr Cov of the estimate is right", squaredDistances(runs, mean), variance, tolerance);
    }

    /**
     * Tests that E‖ĝ‖² is no larger than a bound.
     *
     * @param runs the estimates
     * @param bound the largest second moment under H0
     * @return the result
     */
    public TestResult runAtMost(EstimatorRuns runs, double bound) {
        double[] origin = new double[runs.estimator().parameters().dimension()];
        return design.testAtMost("E|g|^2 is within its bound", squaredDistances(runs, origin), bound);
    }

    private Moments squaredDistances(EstimatorRuns runs, double[] from) {
        Moments moments = new Moments();
        int n = design.sampleSize();
        for (int step = 0; step < n; step++) {
            float[] gradient = runs.estimate(step).gradient();
            double sum = 0;
            for (int d = 0; d < from.length; d++) {
                double difference = gradient[d] - from[d];
                sum += difference * difference;
            }
            moments.add(sum);
        }
        return moments;
    }
}
