package dev.flops.verify.gradient;

import dev.flops.api.Stateful;
import dev.flops.verify.stat.HolmCorrection;
import dev.flops.verify.stat.MeanTestDesign;
import dev.flops.verify.stat.Moments;
import dev.flops.verify.stat.SequentialMeanTest;
import dev.flops.verify.stat.TestResult;
import dev.flops.verify.stat.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;

/**
 * Tests all that is known of a cell: the expectation of every partial derivative, that of the estimate along the true gradient,
 * and the variance E‖ĝ − E ĝ‖² where it is known; Holm's correction over all of them, valid although they are dependent.
 *
 * <p>The test is group sequential ({@link SequentialMeanTest}): a large defect is rejected after a few thousand estimates. What
 * is accepted has passed the last look, at the n that the design requires. Estimates that do not differ are compared as they are,
 * in {@value #REPEATS} steps, without any probability of error. An estimator with a memory is first given {@value #WARM_UP} steps to forget.
 *
 * @param mean rates of the whole family and smallest defect of an expectation, δ in standard deviations of u·ĝ
 * @param variance the same rates, and smallest defect of a variance, δ in standard deviations of ‖ĝ − E ĝ‖²
 */
public record CellTest(MeanTestDesign mean, MeanTestDesign variance) {
    /** Steps of an estimator that draws nothing. */
    private static final int REPEATS = 16;

    /** Steps before the first that counts, where the estimator remembers earlier ones. */
    private static final int WARM_UP = 500;

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
     * @return a result per hypothesis: partial derivatives in order, the gradient's direction, the variance; only those that
     *     were rejected if the test ended at an early look
     */
    public List<TestResult> run(GradientCell cell) {
        List<Hypothesis> ofMean = hypotheses(cell.expectation());
        List<Hypothesis> ofVariance = cell.variance().isPresent() ? List.of(varianceOf(cell)) : List.of();
        if (!cell.random()) {
            List<TestResult> results = new ArrayList<>(exact(ofMean, cell.runs()));
            results.addAll(exact(ofVariance, cell.spread()));
            return results;
        }
        int warmUp = cell.runs().estimator().state().equals(Stateful.NONE) ? 0 : WARM_UP;
        int count = ofMean.size() + ofVariance.size();
        List<TestResult> results = new ArrayList<>();
        // The variance first: a mutant that is wrong in it alone ends here.
        for (boolean spread : new boolean[] {true, false}) {
            List<Hypothesis> hypotheses = spread ? ofVariance : ofMean;
            EstimatorRuns runs = spread ? cell.spread() : cell.runs();
            SequentialMeanTest test = new SequentialMeanTest(spread ? variance : mean, count);
            List<TestResult> found =
                    run(test, hypotheses, warmUp, step -> runs.estimate(step).gradient());
            if (found.stream().anyMatch(result -> result.verdict() == Verdict.REJECTED)) {
                return found;
            }
            results.addAll(0, found);
        }
        return HolmCorrection.apply(results, mean.alpha() * SequentialMeanTest.LAST_SHARE);
    }

    /** A quantity of an estimate and what it is on average. */
    private record Hypothesis(String name, ToDoubleFunction<float[]> statistic, double expected, double tolerance) {}

    /** How many times the samples the expectation must be tested with. */
    int factorForMean(EstimatorRuns runs, Expectation expectation) {
        return new SkewnessPilot(mean.skewness())
                .factor(
                        runs,
                        hypotheses(expectation).stream()
                                .map(Hypothesis::statistic)
                                .toList());
    }

    /** How many times the samples the variance must be tested with. */
    int factorForVariance(EstimatorRuns runs, Expectation expectation) {
        double[] center = expectation.mean();
        return new SkewnessPilot(variance.skewness())
                .factor(runs, List.of(gradient -> squaredDistance(gradient, center)));
    }

    /** Results of the last look, uncorrected; or those rejected at an early one. */
    private static List<TestResult> run(
            SequentialMeanTest test, List<Hypothesis> hypotheses, int warmUp, IntFunction<float[]> estimates) {
        Moments[] moments = new Moments[hypotheses.size()];
        Arrays.setAll(moments, j -> new Moments());
        int done = -warmUp;
        for (int look : hypotheses.isEmpty() ? new int[0] : test.looks()) {
            for (; done < look; done++) {
                float[] gradient = estimates.apply(warmUp + done);
                for (int j = 0; done >= 0 && j < moments.length; j++) {
                    moments[j].add(hypotheses.get(j).statistic().applyAsDouble(gradient));
                }
            }
            List<TestResult> rejected = new ArrayList<>();
            for (int j = 0; j < moments.length; j++) {
                Hypothesis h = hypotheses.get(j);
                test.early(h.name(), moments[j], h.expected(), h.tolerance()).ifPresent(rejected::add);
            }
            if (!rejected.isEmpty()) {
                return rejected;
            }
        }
        List<TestResult> last = new ArrayList<>();
        for (int j = 0; j < moments.length; j++) {
            Hypothesis h = hypotheses.get(j);
            last.add(test.last(h.name(), moments[j], h.expected(), h.tolerance()));
        }
        return last;
    }

    private static List<TestResult> exact(List<Hypothesis> hypotheses, EstimatorRuns runs) {
        List<TestResult> results = new ArrayList<>();
        for (Hypothesis h : hypotheses) {
            double worst = h.expected();
            for (int step = 0; step < REPEATS; step++) {
                double found = h.statistic().applyAsDouble(runs.estimate(step).gradient());
                worst = Math.abs(found - h.expected()) > Math.abs(worst - h.expected()) ? found : worst;
            }
            results.add(TestResult.exact(h.name(), REPEATS, worst, h.expected(), h.tolerance()));
        }
        return results;
    }

    private static Hypothesis varianceOf(GradientCell cell) {
        double[] mean = cell.expectation().mean();
        double expected = cell.variance().getAsDouble();
        double tolerance = VARIANCE_ROUNDING * expected;
        for (double bias : cell.expectation().tolerance()) {
            tolerance += bias * bias;
        }
        return new Hypothesis("tr Cov(g) is right", gradient -> squaredDistance(gradient, mean), expected, tolerance);
    }

    private static double squaredDistance(float[] gradient, double[] mean) {
        double sum = 0;
        for (int p = 0; p < mean.length; p++) {
            double difference = gradient[p] - mean[p];
            sum += difference * difference;
        }
        return sum;
    }

    private static Hypothesis along(Projection p) {
        return new Hypothesis("E[u.g] is right, u = " + p.name(), p::of, p.expected(), p.tolerance());
    }

    private static List<Hypothesis> hypotheses(Expectation expectation) {
        double[] mean = expectation.mean();
        double[] tolerance = expectation.tolerance();
        List<Hypothesis> hypotheses = new ArrayList<>();
        double square = 0;
        for (int p = 0; p < mean.length; p++) {
            double[] unit = new double[mean.length];
            unit[p] = 1;
            hypotheses.add(along(new Projection("theta[" + p + "]", unit, mean[p], tolerance[p])));
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
            hypotheses.add(along(new Projection("gradient", along, norm, allowed)));
        }
        return hypotheses;
    }
}
