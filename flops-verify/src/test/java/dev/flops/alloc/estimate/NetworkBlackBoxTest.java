package dev.flops.alloc.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.flops.alloc.direction.CoordinateDirections;
import dev.flops.alloc.direction.LowRankDirections;
import dev.flops.api.Allocation;
import dev.flops.api.CostLedger;
import dev.flops.api.Distribution;
import dev.flops.api.ParameterPoint;
import dev.flops.api.Parameters;
import dev.flops.tensor.Workers;
import dev.flops.verify.support.NetworkCase;
import dev.flops.verify.support.OracleGradient;
import dev.flops.verify.support.TestSeeds;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Networks as black boxes: their losses at any point are those of the same network in double precision. */
class NetworkBlackBoxTest {
    static Stream<NetworkCase> cases() {
        return NetworkCase.all().stream();
    }

    private static NetworkBlackBox box(NetworkCase problem) {
        return new NetworkBlackBox(problem.network(), problem.data(), ParameterProblems.OPS, Workers.callingThread());
    }

    /** Three queries at one point, then two at others, out of order. */
    @ParameterizedTest
    @MethodSource("cases")
    void lossesAreThoseOfTheNetworkAtThePoint(NetworkCase problem) {
        Parameters parameters = problem.network().parameters();
        int d = parameters.dimension();
        SplittableRandom random = TestSeeds.problems("network points");
        int[] examples = {3, 0, 3, 5, 1};
        float[] points = new float[examples.length * d];
        for (int p = 0; p < d; p++) {
            float moved = parameters.values()[p] + (float) random.nextDouble(-0.1, 0.1);
            for (int q = 0; q < examples.length; q++) {
                points[q * d + p] = q < 3 ? moved : moved + 0.01f * q;
            }
        }
        float[] before = parameters.values().clone();
        float[] found = new float[examples.length];
        box(problem).evaluate(points, examples, found);
        float[] expected = new float[examples.length];
        new dev.flops.verify.support.NetworkObjective(problem).evaluate(points, examples, expected);
        for (int q = 0; q < examples.length; q++) {
            assertThat(found[q]).isCloseTo(expected[q], within(2e-5f * (1 + Math.abs(expected[q]))));
        }
        assertThat(found[2]).isEqualTo(found[0]);
        assertThat(parameters.values()).isEqualTo(before);
        float[] streamed = new float[3];
        box(problem).evaluate(new Row(points, d), new int[] {3, 0, 3}, streamed);
        assertThat(streamed).containsExactly(found[0], found[1], found[2]);
    }

    /** Coordinate-wise differences of a network approach the gradient of the oracle. */
    @Test
    void parameterEstimatorsRunOnNetworks() {
        NetworkCase problem = NetworkCase.tokens();
        Parameters parameters = problem.network().parameters();
        int[] batch = {4, 1};
        float[] found = new ParameterEstimator(
                        box(problem),
                        parameters,
                        ParameterProblems.OPS,
                        ParameterEstimatorConfig.central(CoordinateDirections.all(), 0.02f))
                .begin(0, batch, TestSeeds.key("network"), new CostLedger())
                .estimate(Allocation.of(1, 1))
                .gradient();
        double[] expected = new OracleGradient(problem).gradient(batch);
        for (int p = 0; p < expected.length; p++) {
            assertThat((double) found[p]).isCloseTo(expected[p], within(1e-3));
        }
    }

    /** A few hundred steps in place lower the loss. */
    @Test
    void seedReplayTrainsANetwork() {
        NetworkCase problem = NetworkCase.tokens();
        Parameters parameters = problem.network().parameters();
        MezoEstimator mezo = new MezoEstimator(
                box(problem), parameters, ParameterProblems.OPS, new MezoConfig(Distribution.GAUSSIAN, 0.01f, true));
        int[] batch = {0, 1, 2, 3, 4, 5};
        double first = meanLoss(problem);
        for (int step = 0; step < 300; step++) {
            mezo.begin(step, batch, TestSeeds.key("train"), new CostLedger())
                    .descendInPlace(Allocation.equal(6, 12), 0.01);
        }
        assertThat(meanLoss(problem)).isLessThan(0.8 * first);
    }

    private static double meanLoss(NetworkCase problem) {
        int d = problem.network().parameters().dimension();
        float[] losses = new float[6];
        box(problem)
                .evaluate(new Row(problem.network().parameters().values(), d), new int[] {0, 1, 2, 3, 4, 5}, losses);
        double sum = 0;
        for (float loss : losses) {
            sum += loss;
        }
        return sum / 6;
    }

    /** Low-rank directions see the network's matrices. */
    @Test
    void lowRankDirectionsFollowTheShapes() {
        NetworkCase problem = NetworkCase.visionTransformer();
        float[] gradient = new ParameterEstimator(
                        box(problem),
                        problem.network().parameters(),
                        ParameterProblems.OPS,
                        ParameterEstimatorConfig.central(new LowRankDirections(1), 0.01f))
                .begin(0, new int[] {2}, TestSeeds.key("low rank"), new CostLedger())
                .estimate(Allocation.of(1))
                .gradient();
        for (Parameters.Parameter p : problem.network().parameters().list()) {
            if (p.shape().size() == 2) {
                int columns = p.shape().get(1);
                int o = p.offset();
                double minor = (double) gradient[o] * gradient[o + columns + 1]
                        - (double) gradient[o + 1] * gradient[o + columns];
                double scale = Math.abs((double) gradient[o] * gradient[o + columns + 1]);
                assertThat(Math.abs(minor)).as(p.name()).isLessThan(1e-4 * (scale + 1e-9));
            }
        }
    }

    @Test
    void wrongLengthsAreRefused() {
        NetworkCase problem = NetworkCase.linear();
        NetworkBlackBox box = box(problem);
        int d = box.dimension();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> box.evaluate(new float[d], new int[2], new float[2]))
                .withMessageContaining("points.length = " + d);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> box.evaluate(new Row(new float[3], 3), new int[1], new float[1]))
                .withMessageContaining("point.dimension = 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new NetworkBlackBox(
                        NetworkCase.tokens().network(), problem.data(), ParameterProblems.OPS, Workers.callingThread()))
                .withMessageContaining("data.exampleShape");
    }

    /** The first row of an array of points. */
    private record Row(float[] values, int dimension) implements ParameterPoint {
        @Override
        public void readInto(int offset, int length, float[] out, int outOffset) {
            System.arraycopy(values, offset, out, outOffset, length);
        }
    }
}
