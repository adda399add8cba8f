package dev.flops.alloc.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.flops.alloc.direction.CoordinateDirections;
import dev.flops.alloc.direction.GaussianDirections;
import dev.flops.api.Allocation;
import dev.flops.api.CostLedger;
import dev.flops.api.Parameters;
import dev.flops.verify.gradient.EstimatorRuns;
import dev.flops.verify.gradient.VarianceTest;
import dev.flops.verify.problem.ExponentialProblem;
import dev.flops.verify.problem.LinearProblem;
import dev.flops.verify.problem.RademacherEnumeration;
import dev.flops.verify.problem.SmoothProblem;
import dev.flops.verify.stat.FalseAlarmLedger;
import dev.flops.verify.stat.MeanTestDesign;
import dev.flops.verify.stat.TestResult;
import dev.flops.verify.stat.Verdict;
import dev.flops.verify.support.SuiteLedger;
import dev.flops.verify.support.TestSeeds;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Exact moments of one-sided differences under each baseline, over all sign vectors of all samples: no baseline changes
 * the mean, and variances are those of the closed forms. Floats limit agreement to about 10⁻⁶/σ.
 */
@ExtendWith(SuiteLedger.class)
class BaselineTest {
    private static final float SIGMA = 0.25f;
    private static final int SAMPLES = 24;

    /** The squared distance of a mean of 24 samples in 3 dimensions; simulated skewness 3.6. */
    private static final MeanTestDesign VARIANCE = new MeanTestDesign(0.05, 5e-5, 1e-3, 4.5);

    /** For mutants, which are further off. */
    private static final MeanTestDesign ROUGH = new MeanTestDesign(0.06, 1e-3, 1e-3, 4.5);

    private static final double TOLERANCE = 1e-5;
    private static final float[] POINT = {0.5f, -0.25f, 0.75f};
    private static final double[][] SLOPES = {{0.4, -0.3, 0.5}, {-0.2, 0.6, 0.1}};
    private static final SmoothProblem LINEAR = new LinearProblem(new double[] {0.8, -0.4}, SLOPES);
    private static final SmoothProblem EXPONENTIAL = new ExponentialProblem(SLOPES);

    private static double[] theta() {
        return new double[] {POINT[0], POINT[1], POINT[2]};
    }

    private static double[] exactMean(SmoothProblem problem) {
        return RademacherEnumeration.of(problem, theta(), 0, SIGMA, SamplingScheme.ONE_POINT)
                .mean();
    }

    private static ChosenSigns.Moments moments(SmoothProblem problem, Baseline baseline, int samples) {
        ChosenSigns signs = new ChosenSigns(samples);
        return signs.enumerate(estimator(problem, baseline, signs), 0);
    }

    private static ParameterEstimator estimator(SmoothProblem problem, Baseline baseline, ChosenSigns signs) {
        return new ParameterEstimator(
                problem,
                Parameters.ofVector(POINT),
                ParameterProblems.OPS,
                ParameterEstimatorConfig.oneSided(signs, baseline, SIGMA));
    }

    private static double distance(double[] a, double[] b) {
        double largest = 0;
        for (int p = 0; p < a.length; p++) {
            largest = Math.max(largest, Math.abs(a[p] - b[p]));
        }
        return largest;
    }

    private static double square(double[] a) {
        return Arrays.stream(a).map(x -> x * x).sum();
    }

    @Test
    void noBaselineChangesTheMean() {
        for (SmoothProblem problem : new SmoothProblem[] {LINEAR, EXPONENTIAL}) {
            for (int samples = 1; samples <= 3; samples++) {
                assertThat(distance(moments(problem, new NoBaseline(), samples).mean(), exactMean(problem)))
                        .isLessThan(TOLERANCE);
                assertThat(distance(
                                moments(problem, new CleanLossBaseline(), samples)
                                        .mean(),
                                exactMean(problem)))
                        .isLessThan(TOLERANCE);
                if (samples > 1) {
                    assertThat(distance(
                                    moments(problem, new LeaveOneOutBaseline(), samples)
                                            .mean(),
                                    exactMean(problem)))
                            .isLessThan(TOLERANCE);
                }
            }
        }
    }

    /** The mean over n samples without leaving the sample itself out shrinks the gradient by 1 − 1/n. */
    @Test
    void aBaselineThatContainsItsOwnSampleIsBiased() {
        Baseline own = new MeanOfAll();
        for (int samples = 1; samples <= 3; samples++) {
            double[] expected = exactMean(EXPONENTIAL);
            double[] found = moments(EXPONENTIAL, own, samples).mean();
            assertThat(distance(found, expected)).isGreaterThan(100 * TOLERANCE);
            double shrunk = 1 - 1.0 / samples;
            assertThat(distance(
                            found, Arrays.stream(expected).map(x -> shrunk * x).toArray()))
                    .isLessThan(TOLERANCE);
        }
    }

    /** ‖g‖² (d n − n + 2) / (n (n − 1)) for signs, from the variance of a sample covariance. */
    @Test
    void leaveOneOutVarianceIsThatOfASampleCovariance() {
        double norm = square(SLOPES[0]);
        for (int n = 2; n <= 3; n++) {
            double expected = norm * (3 * n - n + 2) / (n * (n - 1.0));
            assertThat(moments(LINEAR, new LeaveOneOutBaseline(), n).variance()).isCloseTo(expected, within(TOLERANCE));
            assertThat(moments(LINEAR, new MeanOfAll(), n).variance()).isNotCloseTo(expected, within(0.01));
        }
    }

    /** (d + 1)‖g‖²/(n − 1) with Gaussian directions, not /n; and not with a baseline that contains its own sample. */
    @Test
    void leaveOneOutVarianceIsThatOfTheTable(FalseAlarmLedger ledger) {
        ledger.declare("leave-one-out, variance", VARIANCE.alpha());
        TestResult right = testGaussian(VARIANCE, new LeaveOneOutBaseline(), SAMPLES - 1);
        assertThat(right.verdict()).as("%s", right).isEqualTo(Verdict.ACCEPTED);
        TestResult formula = testGaussian(ROUGH, new LeaveOneOutBaseline(), SAMPLES);
        assertThat(formula.verdict()).as("%s", formula).isEqualTo(Verdict.REJECTED);
        TestResult mutant = testGaussian(ROUGH, new MeanOfAll(), SAMPLES - 1);
        assertThat(mutant.verdict()).as("%s", mutant).isEqualTo(Verdict.REJECTED);
    }

    private static TestResult testGaussian(MeanTestDesign design, Baseline baseline, int divisor) {
        ParameterEstimator estimator = new ParameterEstimator(
                LINEAR,
                Parameters.ofVector(POINT),
                ParameterProblems.OPS,
                ParameterEstimatorConfig.oneSided(new GaussianDirections(), baseline, SIGMA));
        double variance = 4 * square(SLOPES[0]) / divisor;
        return new VarianceTest(design)
                .run(
                        new EstimatorRuns(
                                estimator, new int[] {0}, Allocation.of(SAMPLES), TestSeeds.key("leave-one-out")),
                        SLOPES[0],
                        variance,
                        1e-5 * variance);
    }

    /** d (ℓ − b)²/σ² + (d − 1)‖g‖² with b from the step before. */
    @Test
    void runningMeanKeepsTheMeanAndHasTheVarianceOfItsDistance() {
        for (SmoothProblem problem : new SmoothProblem[] {LINEAR, EXPONENTIAL}) {
            Remembering baseline = new Remembering();
            ChosenSigns signs = new ChosenSigns(1);
            ParameterEstimator estimator = estimator(problem, baseline, signs);
            signs.choose(0b101, 3);
            estimator
                    .begin(0, new int[] {0}, TestSeeds.key("history"), new CostLedger())
                    .estimate(Allocation.of(1));
            baseline.frozen = true;
            ChosenSigns.Moments found = signs.enumerate(estimator, 0);
            assertThat(distance(found.mean(), exactMean(problem))).isLessThan(TOLERANCE);
            if (problem == LINEAR) {
                // ε = (−1, +1, −1) in the step before.
                double moved = SIGMA * (-0.4 - 0.3 - 0.5);
                double expected = 3 * moved * moved / (SIGMA * SIGMA) + 2 * square(SLOPES[0]);
                assertThat(found.variance()).isCloseTo(expected, within(TOLERANCE));
            }
        }
    }

    @Test
    void runningMeanForgetsAndHelpsNewExamples() {
        RunningMeanBaseline baseline = new RunningMeanBaseline(3, 0.75);
        assertThat(filled(baseline, 1)).isZero();
        baseline.observe(1, 8);
        assertThat(filled(baseline, 1)).isEqualTo(8);
        assertThat(filled(baseline, 2)).isEqualTo(8);
        baseline.observe(1, 4);
        assertThat(filled(baseline, 1)).isEqualTo(7);
        baseline.observe(0, 1);
        assertThat(filled(baseline, 2)).isEqualTo(4);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> filled(baseline, 3))
                .withMessageContaining("example = 3, expected 0 <= example < 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RunningMeanBaseline(0, 0.5))
                .withMessage("examples = 0, expected >= 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RunningMeanBaseline(1, 1))
                .withMessage("decay = 1.0, expected 0 <= decay < 1");
    }

    private static double filled(Baseline baseline, int example) {
        double[] b = new double[2];
        baseline.fill(example, Double.NaN, new double[] {100, 200}, b);
        assertThat(b[1]).isEqualTo(b[0]);
        return b[0];
    }

    @Test
    void leaveOneOutNeedsTwoSamples() {
        ParameterEstimator estimator = estimator(LINEAR, new LeaveOneOutBaseline(), new ChosenSigns(1));
        assertThat(estimator.cost().minimumSamples()).isEqualTo(2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> estimator
                        .begin(0, new int[] {0, 1}, TestSeeds.key("one"), new CostLedger())
                        .estimate(Allocation.of(2, 1)))
                .withMessage("samplesPerExample[1] = 1, expected >= 2");
    }

    @Test
    void combinationsWithoutMeaningAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ParameterEstimatorConfig(
                        new GaussianDirections(), Difference.CENTRAL, new CleanLossBaseline(), 0.1f, 64))
                .withMessageContaining("baseline = clean loss, expected none with central differences");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        ParameterEstimatorConfig.oneSided(CoordinateDirections.all(), new LeaveOneOutBaseline(), 0.1f))
                .withMessageContaining("baseline = leave-one-out, expected the clean loss");
        for (float sigma : new float[] {0, -1, Float.NaN, Float.POSITIVE_INFINITY}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ParameterEstimatorConfig.central(new GaussianDirections(), sigma))
                    .withMessage("sigma = " + sigma + ", expected a finite number > 0");
        }
    }

    /** The mutant of leave-one-out. */
    private static final class MeanOfAll implements Baseline {
        @Override
        public String name() {
            return "mean of all";
        }

        @Override
        public void fill(int example, double cleanLoss, double[] sampleLosses, double[] baselines) {
            Arrays.fill(baselines, Arrays.stream(sampleLosses).average().orElseThrow());
        }
    }

    /** A running mean whose memory can be held still, so that many draws have one history. */
    private static final class Remembering implements Baseline {
        private final RunningMeanBaseline mean = new RunningMeanBaseline(2, 0.5);
        private boolean frozen;

        @Override
        public String name() {
            return mean.name();
        }

        @Override
        public void fill(int example, double cleanLoss, double[] sampleLosses, double[] baselines) {
            mean.fill(example, cleanLoss, sampleLosses, baselines);
        }

        @Override
        public void observe(int example, double meanLoss) {
            if (!frozen) {
                mean.observe(example, meanLoss);
            }
        }
    }
}
