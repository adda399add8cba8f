package dev.flops.verify.gradient;

import dev.flops.verify.stat.HolmCorrection;
import dev.flops.verify.stat.MeanTestDesign;
import dev.flops.verify.stat.Moments;
import dev.flops.verify.stat.TestResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Tests all that is known of a cell on one set of estimates: the expectation of every partial derivative, that of the
 * estimate along the true gradient, and the variance E‖ĝ − E ĝ‖² where it is known; Holm's correction over all of them,
 * valid although they are dependent.
 *
 * @param mean rates of the whole family and smallest defect of an expectation, δ in standard deviations of u·ĝ
 * @param variance the same rates, and smallest defect of a variance, δ in standard deviations of ‖ĝ − E ĝ‖²
 */
public record CellTest(MeanTestDesign mean, MeanTestDesign variance) {
    /** Relative error of a variance by rounding of losses to float. */
    private static final double VARIANCE_ROUNDING = 1e-5;

    /** Checks that both share one α. */
    public CellTest {
        if (mean.alpha() != variance.alpha()) {
            throw new IllegalArgumentException(
                    "variance.alpha = " + variance.alpha() + ", expected " + mean.alpha() + " as of the mean");
        }
    }

    /**
     * Runs as many estimates as the design requires, and tests.
     *
     * @param cell the cell
     * @return a result per hypothesis: partial derivatives in order, the gradient's direction, the variance
     */
    public List<TestResult> run(GradientCell cell) {
        List<Projection> projections = projections(cell.expectation());
        boolean withVariance = cell.variance().isPresent();
        int hypotheses = projections.size() + (withVariance ? 1 : 0);
        MeanTestDesign each = mean.forEachOf(hypotheses);
        MeanTestDesign spread = variance.forEachOf(hypotheses);
        Samples samples = new Samples(cell.expectation().mean(), projections);
        int n = withVariance ? Math.max(each.sampleSize(), spread.sampleSize()) : each.sampleSize();
        for (int step = 0; step < n; step++) {
            samples.add(cell.runs().estimate(step).gradient());
        }
        List<TestResult> results = new ArrayList<>();
        for (int j = 0; j < projections.size(); j++) {
            Projection p = projections.get(j);
            results.add(
                    each.test("E[u.g] is right, u = " + p.name(), samples.projected[j], p.expected(), p.tolerance()));
        }
        if (withVariance) {
            double expected = cell.variance().getAsDouble();
            double tolerance = VARIANCE_ROUNDING * expected;
            for (double bias : cell.expectation().tolerance()) {
                tolerance += bias * bias;
            }
            results.add(spread.test("tr Cov(g) is right", samples.distances, expected, tolerance));
        }
        return HolmCorrection.apply(results, mean.alpha());
    }

    /** What is kept of the estimates. */
    private static final class Samples {
        private final double[] mean;
        private final List<Projection> projections;
        private final Moments[] projected;
        private final Moments distances = new Moments();

        Samples(double[] mean, List<Projection> projections) {
            this.mean = mean;
            this.projections = projections;
            projected = new Moments[projections.size()];
            Arrays.setAll(projected, j -> new Moments());
        }

        void add(float[] gradient) {
            for (int j = 0; j < projected.length; j++) {
                projected[j].add(projections.get(j).of(gradient));
            }
            double sum = 0;
            for (int p = 0; p < mean.length; p++) {
                double difference = gradient[p] - mean[p];
                sum += difference * difference;
            }
            distances.add(sum);
        }
    }

    private static List<Projection> projections(Expectation expectation) {
        double[] mean = expectation.mean();
        double[] tolerance = expectation.tolerance();
        List<Projection> projections = new ArrayList<>();
        double square = 0;
        for (int p = 0; p < mean.length; p++) {
            double[] unit = new double[mean.length];
            unit[p] = 1;
            projections.add(new Projection("theta[" + p + "]", unit, mean[p], tolerance[p]));
            square += mean[p] * mean[p];
        }
        if (square > 0) {
            double norm = StrictMath.sqrt(square);
            double[] along = new double[mean.length];
            double allowed = 0;
            for (int p = 0; p < mean.length; p++) {
                along[p] = mean[p] / norm;
                allowed += Math.abs(along[p]) * tolerance[p];
            }
            projections.add(new Projection("gradient", along, norm, allowed));
        }
        return projections;
    }
}
