package dev.flops.alloc.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flops.alloc.direction.CoordinateDirections;
import dev.flops.alloc.direction.GaussianDirections;
import dev.flops.alloc.direction.OrthonormalDirections;
import dev.flops.alloc.direction.SobolDirections;
import dev.flops.api.Allocation;
import dev.flops.api.CostLedger;
import dev.flops.api.Distribution;
import dev.flops.api.GradientEstimator;
import dev.flops.api.Objective;
import dev.flops.api.ParameterPoint;
import dev.flops.api.StreamedObjective;
import dev.flops.tensor.Workers;
import dev.flops.verify.problem.SmoothProblem;
import dev.flops.verify.support.NetworkCase;
import dev.flops.verify.support.TestSeeds;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * ĝ of a batch is (1/B) Σ ω_i ĝ_i, where ĝ_i is the estimate of example i alone with its n_i samples: examples do not see each
 * other, and one with weight 0 may go without samples, wherever it stands in the batch.
 */
class WeightedEstimatesTest {
    private static final int[] EXAMPLES = {2, 0, 1};

    static Stream<Arguments> cases() {
        SmoothProblem problem = ParameterProblems.all().get("logistic");
        NetworkCase network = NetworkCase.tokens();
        return Stream.of(
                Arguments.of(
                        "pairs", black(problem, ParameterEstimatorConfig.central(new GaussianDirections(), 0.25f))),
                Arguments.of(
                        "forward", black(problem, ParameterEstimatorConfig.forward(new GaussianDirections(), 0.25f))),
                Arguments.of(
                        "leave-one-out",
                        black(
                                problem,
                                ParameterEstimatorConfig.oneSided(
                                        new OrthonormalDirections(3), new LeaveOneOutBaseline(), 0.25f))),
                Arguments.of("sobol", black(problem, ParameterEstimatorConfig.central(new SobolDirections(4), 0.25f))),
                Arguments.of(
                        "coordinates",
                        black(problem, ParameterEstimatorConfig.central(CoordinateDirections.all(), 0.25f))),
                Arguments.of(
                        "mezo",
                        new MezoEstimator(
                                new Whole(problem),
                                ParameterProblems.point(),
                                ParameterProblems.OPS,
                                new MezoConfig(Distribution.GAUSSIAN, 0.25f, false))),
                Arguments.of("layer-wise", network(network, SiteMode.LAYER_WISE)),
                Arguments.of("all sites", network(network, SiteMode.ALL_SITES)));
    }

    private static GradientEstimator black(Objective objective, ParameterEstimatorConfig config) {
        return new ParameterEstimator(objective, ParameterProblems.point(), ParameterProblems.OPS, config);
    }

    private static GradientEstimator network(NetworkCase network, SiteMode mode) {
        return new LikelihoodRatioEstimator(
                network.network(),
                network.network().parameters(),
                network.data(),
                ParameterProblems.OPS,
                Workers.callingThread(),
                new LikelihoodRatioConfig(mode, SamplingScheme.ANTITHETIC, 0.05f, 4));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aBatchIsTheWeightedMeanOfItsExamples(String name, GradientEstimator estimator) {
        assertThat(error(estimator, name.equals("coordinates") ? 1 : 3)).isLessThan(1e-5);
    }

    @Test
    void pooledAveragingIsNot() {
        EstimatorRules right = EstimatorRules.of(SamplingScheme.ANTITHETIC);
        EstimatorRules pooled = new EstimatorRules(
                right.weight(), (sigma, n, batch, total) -> 1 / (sigma * total), right.contraction());
        SmoothProblem problem = ParameterProblems.all().get("logistic");
        assertThat(error(
                        ParameterProblems.estimator(problem, Distribution.GAUSSIAN, SamplingScheme.ANTITHETIC, pooled),
                        3))
                .isGreaterThan(0.1);
    }

    /** The largest deviation, relative to the largest value; {@code most} samples per example or none. */
    private static double error(GradientEstimator estimator, int most) {
        int[][] samples = {{0, most, most}, {most, 0, most}, {most, most, 0}, {0, 0, most}};
        double[][] weights = {{0, 2.5, 0.5}, {1.5, 0, 1}, {0.25, 3, 0}, {0, 0, 3}};
        double error = 0;
        for (int c = 0; c < samples.length; c++) {
            float[] found = estimate(estimator, EXAMPLES, Allocation.weighted(samples[c], weights[c]));
            double[] expected = new double[found.length];
            for (int i = 0; i < EXAMPLES.length; i++) {
                if (samples[c][i] > 0) {
                    float[] single = estimate(estimator, new int[] {EXAMPLES[i]}, Allocation.of(samples[c][i]));
                    for (int p = 0; p < expected.length; p++) {
                        expected[p] += weights[c][i] * single[p] / EXAMPLES.length;
                    }
                }
            }
            double largest = 1e-3;
            double deviation = 0;
            for (int p = 0; p < expected.length; p++) {
                largest = Math.max(largest, Math.abs(expected[p]));
                deviation = Math.max(deviation, Math.abs(found[p] - expected[p]));
            }
            error = Math.max(error, deviation / largest);
        }
        return error;
    }

    private static float[] estimate(GradientEstimator estimator, int[] examples, Allocation allocation) {
        return estimator
                .begin(6, examples, TestSeeds.key("weighted"), new CostLedger())
                .estimate(allocation)
                .gradient();
    }

    private record Whole(Objective objective) implements StreamedObjective {
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
            int d = dimension();
            float[] points = new float[examples.length * d];
            for (int q = 0; q < examples.length; q++) {
                point.readInto(0, d, points, q * d);
            }
            objective.evaluate(points, examples, losses);
        }
    }
}
