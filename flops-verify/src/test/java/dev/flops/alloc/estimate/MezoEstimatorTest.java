package dev.flops.alloc.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import dev.flops.alloc.optimize.SgdOptimizer;
import dev.flops.api.Allocation;
import dev.flops.api.CostLedger;
import dev.flops.api.Distribution;
import dev.flops.api.GradientTarget;
import dev.flops.api.NumericalException;
import dev.flops.api.Objective;
import dev.flops.api.ParameterPoint;
import dev.flops.api.Parameters;
import dev.flops.api.RandomKey;
import dev.flops.api.SampleIndependence;
import dev.flops.api.StreamedObjective;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.spec.SimdWidth;
import dev.flops.verify.gradient.EstimatorRuns;
import dev.flops.verify.gradient.VarianceTest;
import dev.flops.verify.problem.SmoothProblem;
import dev.flops.verify.stat.FalseAlarmLedger;
import dev.flops.verify.stat.MeanTestDesign;
import dev.flops.verify.stat.TestResult;
import dev.flops.verify.stat.Verdict;
import dev.flops.verify.support.SuiteLedger;
import dev.flops.verify.support.TestSeeds;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Seed replay: the same estimate as with stored points, parameters stored once and never touched but by the update. */
@ExtendWith(SuiteLedger.class)
class MezoEstimatorTest {
    private static final int[] EXAMPLES = {2, 0, 1};
    private static final RandomKey KEY = TestSeeds.key("mezo");
    private static final MezoConfig OWN = new MezoConfig(Distribution.GAUSSIAN, ParameterProblems.SIGMA, false);
    private static final MezoConfig SHARED = new MezoConfig(Distribution.GAUSSIAN, ParameterProblems.SIGMA, true);

    /** The squared distance of a mean of twelve directions in 10 dimensions; simulated skewness 2.9. */
    private static final MeanTestDesign VARIANCE = new MeanTestDesign(0.05, 1e-4, 1e-3, 3.5);

    /** For a variance that is far off. */
    private static final MeanTestDesign ROUGH = new MeanTestDesign(0.1, 1e-3, 1e-3, 3.5);

    private static MezoEstimator estimator(Objective objective, MezoConfig config) {
        return new MezoEstimator(new Streamed(objective, 3), ParameterProblems.point(), ParameterProblems.OPS, config);
    }

    private static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        for (int p = 0; p < bits.length; p++) {
            bits[p] = Float.floatToRawIntBits(values[p]);
        }
        return bits;
    }

    /** Directions of each example's own: the parameter estimator with pairs, bit for bit. */
    @ParameterizedTest
    @EnumSource
    void streamedPointsAreTheStoredPoints(Distribution distribution) {
        SmoothProblem problem = ParameterProblems.all().get("logistic");
        Allocation allocation = Allocation.of(1, 4, 2);
        var streamed = estimator(problem, new MezoConfig(distribution, ParameterProblems.SIGMA, false))
                .begin(5, EXAMPLES, KEY, new CostLedger())
                .estimate(allocation);
        var stored = ParameterProblems.estimator(
                        problem, distribution, SamplingScheme.ANTITHETIC, EstimatorRules.of(SamplingScheme.ANTITHETIC))
                .begin(5, EXAMPLES, KEY, new CostLedger())
                .estimate(allocation);
        assertThat(bits(streamed.gradient())).isEqualTo(bits(stored.gradient()));
        assertThat(streamed.sampleVariances()).isEqualTo(stored.sampleVariances());
        assertThat(streamed.meanLoss()).isCloseTo(stored.meanLoss(), within(1e-12));
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void anUpdateInPlaceIsStochasticGradientDescent(boolean shared) {
        SmoothProblem problem = ParameterProblems.all().get("exponential");
        MezoConfig config = shared ? SHARED : OWN;
        MezoEstimator dense = estimator(problem, config);
        MezoEstimator inPlace = estimator(problem, config);
        SgdOptimizer sgd = new SgdOptimizer(new SgdOptimizer.Config(0, 0));
        Allocation allocation = shared ? Allocation.of(2, 2, 2) : Allocation.of(1, 3, 2);
        for (int step = 0; step < 5; step++) {
            var estimate = dense.begin(step, EXAMPLES, KEY, new CostLedger()).estimate(allocation);
            sgd.stepInPlace(dense.parameters(), estimate.gradient(), 0.0625, sgd.initialState(10));
            double loss = inPlace.begin(step, EXAMPLES, KEY, new CostLedger()).descendInPlace(allocation, 0.0625);
            assertThat(loss).isEqualTo(estimate.meanLoss());
            assertThat(bits(inPlace.parameters().values()))
                    .isEqualTo(bits(dense.parameters().values()));
        }
        assertThat(bits(dense.parameters().values()))
                .isNotEqualTo(bits(ParameterProblems.point().values()));
    }

    /** Perturbing in place and back is not: θ + σε − σε differs from θ in the last bits. */
    @Test
    void anEstimateLeavesEveryBitOfTheParameters() {
        for (MezoConfig config : new MezoConfig[] {OWN, SHARED}) {
            MezoEstimator estimator = estimator(ParameterProblems.all().get("logistic"), config);
            int[] before = bits(estimator.parameters().values());
            estimator.begin(0, EXAMPLES, KEY, new CostLedger()).estimate(Allocation.of(3, 3, 3));
            assertThat(bits(estimator.parameters().values())).isEqualTo(before);
        }
        float[] moved = ParameterProblems.point().values();
        var address = new dev.flops.api.NoiseAddress(KEY, 0, 0);
        var tensor = dev.flops.tensor.Tensor.of(moved, 10);
        for (float sigma : new float[] {0.25f, -0.5f, 0.25f}) {
            ParameterProblems.OPS.noise().addNoiseInto(Distribution.GAUSSIAN, address, sigma, tensor, tensor);
        }
        assertThat(bits(moved)).isNotEqualTo(bits(ParameterProblems.point().values()));
    }

    @Test
    void frozenParametersAreNeitherPerturbedNorUpdated() {
        Parameters.Builder builder = Parameters.builder();
        builder.add("a", 4);
        builder.add("b", 3);
        builder.add("c", 3);
        Parameters all = builder.build();
        System.arraycopy(ParameterProblems.point().values(), 0, all.values(), 0, 10);
        Parameters selected = all.select(name -> !name.equals("b"));
        boolean[] moved = new boolean[10];
        StreamedObjective watching = new Streamed(ParameterProblems.all().get("quadratic"), 3) {
            @Override
            public void evaluate(ParameterPoint point, int[] examples, float[] losses) {
                float[] read = new float[10];
                point.readInto(0, 10, read, 0);
                for (int p = 0; p < 10; p++) {
                    moved[p] |= read[p] != ParameterProblems.point().values()[p];
                }
                super.evaluate(point, examples, losses);
            }
        };
        MezoEstimator estimator = new MezoEstimator(watching, selected, ParameterProblems.OPS, OWN);
        float[] gradient = estimator
                .begin(0, EXAMPLES, KEY, new CostLedger())
                .estimate(Allocation.of(2, 2, 2))
                .gradient();
        estimator.begin(0, EXAMPLES, KEY, new CostLedger()).descendInPlace(Allocation.of(2, 2, 2), 0.1);
        for (int p = 0; p < 10; p++) {
            boolean frozen = p >= 4 && p < 7;
            assertThat(moved[p]).isEqualTo(!frozen);
            assertThat(gradient[p] == 0).isEqualTo(frozen);
            assertThat(all.values()[p] == ParameterProblems.point().values()[p]).isEqualTo(frozen);
        }
    }

    /**
     * What a step allocates does not grow with the parameters: a few buffers, far below one copy of them. With scalar
     * kernels, since vectors are objects until their loops are compiled.
     */
    @Test
    void theParametersAreStoredOnce() {
        int d = 1 << 20;
        Parameters parameters = Parameters.ofVector(new float[d]);
        MezoEstimator estimator = new MezoEstimator(
                new LargeObjective(d),
                parameters,
                TensorOps.of(SimdWidth.SCALAR),
                new MezoConfig(Distribution.GAUSSIAN, 1e-3f, true));
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        step(estimator, 0);
        long before = threads.getCurrentThreadAllocatedBytes();
        step(estimator, 1);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(allocated).isLessThan(4L * d / 20);
        assertThat(parameters.values()[d - 1]).isNotZero();
    }

    private static void step(MezoEstimator estimator, int step) {
        estimator.begin(step, new int[] {0, 1}, KEY, new CostLedger()).descendInPlace(Allocation.of(1, 1), 1e-3);
    }

    @Test
    void bitsAreTheSameAtEveryWidthHoweverThePointIsRead() {
        SmoothProblem problem = ParameterProblems.all().get("exponential");
        float[] expected = new float[0];
        for (SimdWidth width : SimdWidth.values()) {
            for (int piece : new int[] {1, 3, 10}) {
                float[] gradient = new MezoEstimator(
                                new Streamed(problem, piece), ParameterProblems.point(), TensorOps.of(width), SHARED)
                        .begin(1, EXAMPLES, KEY, new CostLedger())
                        .estimate(Allocation.of(2, 2, 2))
                        .gradient();
                expected = expected.length == 0 ? gradient : expected;
                assertThat(bits(gradient)).isEqualTo(bits(expected));
            }
        }
    }

    /** Own directions: Σ (d + 1)‖g_i‖²/(n B²). Shared ones: (d + 1)‖Σ g_i/B‖²/n, the cross terms included. */
    @ParameterizedTest
    @CsvSource({"true", "false"})
    void varianceIsThatOfTheFormula(boolean shared, FalseAlarmLedger ledger) {
        ledger.declare("mezo, variance, shared = " + shared, VARIANCE.alpha());
        TestResult result = testVariance(VARIANCE, shared, shared);
        assertThat(result.verdict()).as("%s", result).isEqualTo(Verdict.ACCEPTED);
        TestResult confused = testVariance(ROUGH, shared, !shared);
        assertThat(confused.verdict()).as("%s", confused).isEqualTo(Verdict.REJECTED);
    }

    private static TestResult testVariance(MeanTestDesign design, boolean shared, boolean formulaOfShared) {
        SmoothProblem problem = ParameterProblems.all().get("linear");
        double[] mean = ParameterProblems.smoothedGradient(problem, EXAMPLES);
        double together = 0;
        double apart = 0;
        for (double value : mean) {
            together += value * value;
        }
        for (int example : EXAMPLES) {
            for (double value : problem.gradient(ParameterProblems.theta(), example)) {
                apart += value * value / 9;
            }
        }
        int n = 12;
        double variance = 11 * (formulaOfShared ? together : apart) / n;
        return new VarianceTest(design)
                .run(
                        new EstimatorRuns(
                                estimator(problem, shared ? SHARED : OWN),
                                EXAMPLES,
                                Allocation.of(n, n, n),
                                TestSeeds.key("mezo, variance")),
                        mean,
                        variance,
                        1e-5 * variance);
    }

    @Test
    void sharedDirectionsRefuseAnUnequalAllocation() {
        MezoEstimator estimator = estimator(ParameterProblems.all().get("linear"), SHARED);
        assertThat(estimator.independence()).isEqualTo(SampleIndependence.SHARED_DIRECTIONS);
        assertThat(estimator.target()).isEqualTo(GradientTarget.SMOOTHED_GRADIENT);
        var step = estimator.begin(0, EXAMPLES, KEY, new CostLedger());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> step.estimate(Allocation.of(2, 2, 3)))
                .withMessageContaining(
                        "samplesPerExample[2] = 3, expected 2 for every example: all examples share their"
                                + " directions");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> step.descendInPlace(Allocation.of(1, 1, 1), 0))
                .withMessage("learningRate = 0.0, expected > 0 and finite");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MezoConfig(Distribution.GAUSSIAN, 0, true))
                .withMessage("sigma = 0.0, expected a finite number > 0");
    }

    @Test
    void everyQueryIsCountedAndALossThatIsNotFiniteLeavesTheParameters() {
        CountingObjective counting =
                new CountingObjective(ParameterProblems.all().get("linear"));
        CostLedger ledger = new CostLedger();
        estimator(counting, OWN).begin(0, EXAMPLES, KEY, ledger).estimate(Allocation.of(1, 4, 2));
        estimator(counting, SHARED).begin(0, EXAMPLES, KEY, ledger).descendInPlace(Allocation.of(2, 2, 2), 0.1);
        assertThat(counting.queries()).isEqualTo(14 + 12);
        assertThat(ledger.queries(CostLedger.Kind.PERTURBED)).isEqualTo(26);
        MezoEstimator poisoned = new MezoEstimator(
                new LargeObjective(10) {
                    @Override
                    public void evaluate(ParameterPoint point, int[] examples, float[] losses) {
                        losses[losses.length - 1] = Float.NaN;
                    }
                },
                ParameterProblems.point(),
                ParameterProblems.OPS,
                SHARED);
        int[] before = bits(poisoned.parameters().values());
        assertThatThrownBy(() -> poisoned.begin(3, new int[] {0, 1}, KEY, new CostLedger())
                        .descendInPlace(Allocation.of(1, 1), 0.1))
                .isInstanceOf(NumericalException.class)
                .hasMessage("perturbed loss = NaN for example 1, sample 0 in step 3");
        assertThat(bits(poisoned.parameters().values())).isEqualTo(before);
    }

    /** Reads a point piece by piece and asks an ordinary objective. */
    private static class Streamed implements StreamedObjective {
        private final Objective objective;
        private final int piece;

        Streamed(Objective objective, int piece) {
            this.objective = objective;
            this.piece = piece;
        }

        @Override
        public int dimension() {
            return objective.dimension();
        }

        @Override
        public int examples() {
            return objective.examples();
        }

        @Override
        public void evaluate(ParameterPoint point, int[] examples, float[] losses) {
            int d = point.dimension();
            float[] points = new float[examples.length * d];
            for (int q = 0; q < examples.length; q++) {
                for (int offset = 0; offset < d; offset += piece) {
                    point.readInto(offset, Math.min(piece, d - offset), points, q * d + offset);
                }
            }
            objective.evaluate(points, examples, losses);
        }
    }

    /** ℓ_i = mean of all values plus i, read through one small buffer. */
    private static class LargeObjective implements StreamedObjective {
        private final int dimension;

        LargeObjective(int dimension) {
            this.dimension = dimension;
        }

        @Override
        public int dimension() {
            return dimension;
        }

        @Override
        public int examples() {
            return 2;
        }

        @Override
        public void evaluate(ParameterPoint point, int[] examples, float[] losses) {
            float[] buffer = new float[1024];
            double sum = 0;
            for (int offset = 0; offset < dimension; offset += buffer.length) {
                int length = Math.min(buffer.length, dimension - offset);
                point.readInto(offset, length, buffer, 0);
                for (int e = 0; e < length; e++) {
                    sum += buffer[e];
                }
            }
            for (int q = 0; q < losses.length; q++) {
                losses[q] = (float) sum + examples[q];
            }
        }
    }
}
