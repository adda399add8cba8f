package dev.flops.alloc.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.flops.alloc.direction.CoordinateDirections;
import dev.flops.alloc.direction.Directions;
import dev.flops.alloc.direction.GaussianDirections;
import dev.flops.alloc.direction.HadamardDirections;
import dev.flops.alloc.direction.OrthonormalDirections;
import dev.flops.alloc.direction.RademacherDirections;
import dev.flops.alloc.direction.RandomCoordinateDirections;
import dev.flops.alloc.direction.SphereDirections;
import dev.flops.api.Allocation;
import dev.flops.api.CostLedger;
import dev.flops.api.GradientEstimate;
import dev.flops.api.GradientTarget;
import dev.flops.api.Parameters;
import dev.flops.api.SampleIndependence;
import dev.flops.verify.problem.ExponentialProblem;
import dev.flops.verify.problem.LinearProblem;
import dev.flops.verify.problem.QuadraticProblem;
import dev.flops.verify.problem.SmoothProblem;
import dev.flops.verify.support.TestSeeds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What sets of directions do exactly, without statistics. Floats limit agreement to about 10⁻⁶/σ. */
class DirectionSetsTest {
    private static final double TOLERANCE = 1e-5;
    private static final int[] EXAMPLES = {2, 0, 1};

    private static ParameterEstimator estimator(SmoothProblem problem, ParameterEstimatorConfig config) {
        return new ParameterEstimator(problem, ParameterProblems.point(), ParameterProblems.OPS, config);
    }

    private static float[] estimate(SmoothProblem problem, ParameterEstimatorConfig config, Allocation allocation) {
        return estimator(problem, config)
                .begin(3, EXAMPLES, TestSeeds.key("direction sets"), new CostLedger())
                .estimate(allocation)
                .gradient();
    }

    private static double[] gradient(SmoothProblem problem) {
        double[] mean = new double[problem.dimension()];
        for (int example : EXAMPLES) {
            double[] gradient = problem.gradient(ParameterProblems.theta(), example);
            for (int p = 0; p < mean.length; p++) {
                mean[p] += gradient[p] / EXAMPLES.length;
            }
        }
        return mean;
    }

    private static double distance(float[] found, double[] expected) {
        double largest = 0;
        for (int p = 0; p < expected.length; p++) {
            largest = Math.max(largest, Math.abs(found[p] - expected[p]));
        }
        return largest;
    }

    /** Central coordinate differences, and complete orthonormal sets, have no variance where there is no curvature. */
    static Stream<Arguments> exact() {
        Directions coordinates = CoordinateDirections.all();
        Directions complete = new OrthonormalDirections(ParameterProblems.DIMENSION);
        return Stream.of(
                Arguments.of("quadratic", ParameterEstimatorConfig.central(coordinates, ParameterProblems.SIGMA)),
                Arguments.of("linear", ParameterEstimatorConfig.central(coordinates, ParameterProblems.SIGMA)),
                Arguments.of("linear", ParameterEstimatorConfig.forward(coordinates, ParameterProblems.SIGMA)),
                Arguments.of("linear", ParameterEstimatorConfig.forward(complete, ParameterProblems.SIGMA)),
                Arguments.of("linear", ParameterEstimatorConfig.central(complete, ParameterProblems.SIGMA)),
                Arguments.of("quadratic", ParameterEstimatorConfig.central(complete, ParameterProblems.SIGMA)));
    }

    @ParameterizedTest
    @MethodSource("exact")
    void completeSetsGiveTheGradient(String name, ParameterEstimatorConfig config) {
        SmoothProblem problem = ParameterProblems.all().get(name);
        Allocation one = Allocation.of(1, 1, 1);
        assertThat(distance(estimate(problem, config, one), gradient(problem))).isLessThan(TOLERANCE);
        for (Directions wrong : List.of(
                AlteredDirections.factor(config.directions(), 1.01),
                AlteredDirections.firstMemberForAll(config.directions()),
                AlteredDirections.length(config.directions(), 1.01f))) {
            ParameterEstimatorConfig mutant = new ParameterEstimatorConfig(
                    wrong, config.difference(), config.baseline(), config.sigma(), config.queriesPerCall());
            assertThat(distance(estimate(problem, mutant, one), gradient(problem)))
                    .isGreaterThan(100 * TOLERANCE);
        }
    }

    /** The bias of a coordinate: σ H_jj / 2 forward, 0 central; no other coordinate is touched. */
    @Test
    void chosenCoordinatesAreEstimatedAndNoOther() {
        SmoothProblem problem = ParameterProblems.all().get("quadratic");
        List<Integer> chosen = List.of(0, 3, 9);
        float[] central = estimate(
                problem,
                ParameterEstimatorConfig.central(new CoordinateDirections(chosen), 0.25f),
                Allocation.of(1, 1, 1));
        float[] forward = estimate(
                problem,
                ParameterEstimatorConfig.forward(new CoordinateDirections(chosen), 0.25f),
                Allocation.of(1, 1, 1));
        double[] gradient = gradient(problem);
        for (int p = 0; p < gradient.length; p++) {
            if (!chosen.contains(p)) {
                assertThat(central[p]).isZero();
                assertThat(forward[p]).isZero();
                continue;
            }
            double[] moved = ParameterProblems.theta();
            moved[p] += 1;
            double curvature = problem.gradient(moved, 0)[p] - problem.gradient(ParameterProblems.theta(), 0)[p];
            assertThat((double) central[p]).isCloseTo(gradient[p], within(TOLERANCE));
            assertThat((double) forward[p]).isCloseTo(gradient[p] + 0.125 * curvature, within(TOLERANCE));
        }
    }

    /** All 16 sign patterns of a Hadamard set in 4 dimensions: mean g and tr Cov = (d/K − 1)‖g‖². */
    @Test
    void hadamardMomentsAreExact() {
        double[] slope = {0.4, -0.3, 0.5, 0.2};
        SmoothProblem problem = new LinearProblem(new double[] {0.5}, new double[][] {slope});
        for (int size : new int[] {1, 2, 3, 4}) {
            assertThat(hadamardError(problem, slope, new HadamardDirections(size), size))
                    .isLessThan(TOLERANCE);
            assertThat(hadamardError(
                            problem, slope, AlteredDirections.factor(new HadamardDirections(size), size + 1), size))
                    .isGreaterThan(0.1);
            if (size > 1) {
                Directions repeated = AlteredDirections.firstMemberForAll(new HadamardDirections(size));
                assertThat(hadamardError(problem, slope, repeated, size)).isGreaterThan(0.1);
            }
        }
    }

    private static double hadamardError(SmoothProblem problem, double[] slope, Directions directions, int size) {
        ParameterEstimator estimator = new ParameterEstimator(
                problem,
                Parameters.ofVector(0.5f, 0.25f, -1, 0),
                ParameterProblems.OPS,
                ParameterEstimatorConfig.central(directions, 0.25f));
        var source = directions.source(ParameterProblems.OPS, estimator.parameters());
        Map<Integer, float[]> estimates = new HashMap<>();
        for (int step = 0; estimates.size() < 16; step++) {
            assertThat(step).isLessThan(1000);
            var zero = dev.flops.tensor.Tensor.zeros(1, 4);
            var key = TestSeeds.key("hadamard").forExample(step, 0);
            source.addInto(new dev.flops.api.NoiseAddress(key, 0, 0), 0, 1, zero, 0, zero, 0);
            int pattern = 0;
            for (int p = 0; p < 4; p++) {
                pattern |= zero.array()[p] > 0 ? 1 << p : 0;
            }
            estimates.put(
                    pattern,
                    estimator
                            .begin(step, new int[] {0}, TestSeeds.key("hadamard"), new CostLedger())
                            .estimate(Allocation.of(1))
                            .gradient());
        }
        double[] mean = new double[4];
        double variance = 0;
        double norm = 0;
        for (int p = 0; p < 4; p++) {
            norm += slope[p] * slope[p];
        }
        for (float[] gradient : estimates.values()) {
            for (int p = 0; p < 4; p++) {
                mean[p] += gradient[p] / 16.0;
                variance += (gradient[p] - slope[p]) * (gradient[p] - slope[p]) / 16;
            }
        }
        double error = Math.abs(variance - (4.0 / size - 1) * norm);
        for (int p = 0; p < 4; p++) {
            error = Math.max(error, Math.abs(mean[p] - slope[p]));
        }
        return error;
    }

    /** In one dimension every unit-length direction is ±1 and a central difference has no variance. */
    @Test
    void inOneDimensionOnePairSaysAll() {
        SmoothProblem problem = new ExponentialProblem(new double[][] {{0.7}});
        double expected = (problem.loss(new double[] {0.75}, 0) - problem.loss(new double[] {0.25}, 0)) / 0.5;
        for (Directions directions : List.of(
                new RademacherDirections(),
                new SphereDirections(),
                CoordinateDirections.all(),
                new RandomCoordinateDirections(1),
                new OrthonormalDirections(1),
                new HadamardDirections(1))) {
            for (int step = 0; step < 8; step++) {
                float[] gradient = new ParameterEstimator(
                                problem,
                                Parameters.ofVector(0.5f),
                                ParameterProblems.OPS,
                                ParameterEstimatorConfig.central(directions, 0.25f))
                        .begin(step, new int[] {0}, TestSeeds.key("one dimension"), new CostLedger())
                        .estimate(Allocation.of(1))
                        .gradient();
                assertThat((double) gradient[0]).isCloseTo(expected, within(1e-6));
            }
        }
    }

    static Stream<Arguments> counted() {
        List<Arguments> list = new ArrayList<>();
        List<Directions> all = List.of(
                new GaussianDirections(),
                new RademacherDirections(),
                new SphereDirections(),
                CoordinateDirections.all(),
                new CoordinateDirections(List.of(2, 5, 7)),
                new RandomCoordinateDirections(3),
                new OrthonormalDirections(3),
                new HadamardDirections(2));
        for (Directions directions : all) {
            for (int perCall : new int[] {2, 3, 7, 64}) {
                for (Difference difference : Difference.values()) {
                    Baseline baseline = difference == Difference.CENTRAL ? new NoBaseline() : new CleanLossBaseline();
                    list.add(Arguments.of(
                            directions, new ParameterEstimatorConfig(directions, difference, baseline, 0.1f, perCall)));
                }
            }
        }
        return list.stream();
    }

    /** The ledger agrees with a black box that counts; a call never exceeds its limit; results do not depend on it. */
    @ParameterizedTest
    @MethodSource("counted")
    void everyQueryIsCounted(Directions directions, ParameterEstimatorConfig config) {
        CountingObjective counting =
                new CountingObjective(ParameterProblems.all().get("logistic"));
        ParameterEstimator estimator =
                new ParameterEstimator(counting, ParameterProblems.point(), ParameterProblems.OPS, config);
        Allocation allocation = directions.random() ? Allocation.of(1, 3, 2) : Allocation.of(1, 1, 1);
        CostLedger ledger = new CostLedger();
        GradientEstimate estimate =
                estimator.begin(0, EXAMPLES, TestSeeds.key("counted"), ledger).estimate(allocation);
        long perturbed = (long) allocation.total()
                * directions.perSample(ParameterProblems.DIMENSION)
                * config.difference().queries();
        int clean = config.difference() == Difference.CENTRAL ? 0 : EXAMPLES.length;
        assertThat(ledger.queries(CostLedger.Kind.PERTURBED)).isEqualTo(perturbed);
        assertThat(ledger.queries(CostLedger.Kind.CLEAN)).isEqualTo(clean);
        assertThat(counting.queries()).isEqualTo(ledger.queries());
        assertThat(counting.largestCall()).isLessThanOrEqualTo(config.queriesPerCall());
        assertThat(allocation.total() * (long) estimator.cost().queriesPerSample())
                .isEqualTo(perturbed);
        assertThat(estimator.cost().cleanQueriesPerExample() * EXAMPLES.length).isEqualTo(clean);
        ParameterEstimatorConfig wide =
                new ParameterEstimatorConfig(directions, config.difference(), config.baseline(), config.sigma(), 1024);
        assertThat(estimate.gradient())
                .isEqualTo(new ParameterEstimator(
                                ParameterProblems.all().get("logistic"),
                                ParameterProblems.point(),
                                ParameterProblems.OPS,
                                wide)
                        .begin(0, EXAMPLES, TestSeeds.key("counted"), new CostLedger())
                        .estimate(allocation)
                        .gradient());
    }

    @Test
    void coordinatesAreEstimatedOnce() {
        ParameterEstimator estimator = estimator(
                ParameterProblems.all().get("linear"),
                ParameterEstimatorConfig.central(CoordinateDirections.all(), 0.1f));
        assertThat(estimator.independence()).isEqualTo(SampleIndependence.DETERMINISTIC);
        var step = estimator.begin(0, EXAMPLES, TestSeeds.key("twice"), new CostLedger());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> step.estimate(Allocation.of(1, 2, 1)))
                .withMessageContaining(
                        "samplesPerExample[1] = 2, expected 1 for every example: the directions are not" + " random");
        assertThat(step.estimate(Allocation.of(1, 1, 1)).sampleVariances()).containsOnly(0);
    }

    @Test
    void estimatorsSayWhatTheyEstimate() {
        SmoothProblem problem = ParameterProblems.all().get("linear");
        assertThat(estimator(problem, ParameterEstimatorConfig.central(new GaussianDirections(), 1))
                        .target())
                .isEqualTo(GradientTarget.SMOOTHED_GRADIENT);
        assertThat(estimator(problem, ParameterEstimatorConfig.central(CoordinateDirections.all(), 1))
                        .target())
                .isEqualTo(GradientTarget.GRADIENT_TO_SECOND_ORDER);
        assertThat(estimator(problem, ParameterEstimatorConfig.forward(CoordinateDirections.all(), 1))
                        .target())
                .isEqualTo(GradientTarget.GRADIENT_TO_FIRST_ORDER);
        assertThat(estimator(problem, ParameterEstimatorConfig.central(new CoordinateDirections(List.of(1)), 1))
                        .target())
                .isEqualTo(GradientTarget.PARTIAL_GRADIENT);
    }

    @Test
    void batchesThatAreNoneAreRefused() {
        ParameterEstimator estimator = estimator(
                ParameterProblems.all().get("linear"), ParameterEstimatorConfig.central(new GaussianDirections(), 1));
        for (int[] batch : new int[][] {{}, {3}, {-1}, {1, 1}}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> estimator.begin(0, batch, TestSeeds.key("batch"), new CostLedger()))
                    .withMessageContaining("examples");
        }
        var step = estimator.begin(0, new int[] {1}, TestSeeds.key("batch"), new CostLedger());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> step.estimate(Allocation.of(1, 1)))
                .withMessage("allocation has 2 examples, expected 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ParameterEstimator(
                        ParameterProblems.all().get("linear"),
                        Parameters.ofVector(1, 2),
                        ParameterProblems.OPS,
                        ParameterEstimatorConfig.central(new GaussianDirections(), 1)))
                .withMessage("parameters.dimension = 2, expected 10 as the objective takes");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new QuadraticProblem(new double[1], new double[1][2], new double[3][3]))
                .withMessageContaining("hessian");
    }
}
