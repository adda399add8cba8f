package dev.flops.alloc.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import dev.flops.alloc.direction.CoordinateDirections;
import dev.flops.alloc.direction.LowRankDirections;
import dev.flops.api.Allocation;
import dev.flops.api.CostLedger;
import dev.flops.api.Distribution;
import dev.flops.api.NoiseAddress;
import dev.flops.api.ParameterPoint;
import dev.flops.api.Parameters;
import dev.flops.models.layer.Linear;
import dev.flops.tensor.Shape;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.network.Activation;
import dev.flops.tensor.network.ForwardContext;
import dev.flops.tensor.network.Initializer;
import dev.flops.tensor.network.Network;
import dev.flops.tensor.network.NetworkBuilder;
import dev.flops.tensor.network.PackedParameters;
import dev.flops.tensor.spec.SimdWidth;
import dev.flops.verify.support.MemoryExamples;
import dev.flops.verify.support.NetworkCase;
import dev.flops.verify.support.OracleGradient;
import dev.flops.verify.support.TestSeeds;
import java.lang.management.ManagementFactory;
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

    private static PerturbedPoint point(Parameters parameters, TensorOps ops, Distribution distribution, int sample) {
        NoiseAddress address = new NoiseAddress(TestSeeds.key("streamed"), 0, sample);
        return new PerturbedPoint(ops, parameters, distribution, address, sample % 2 == 0 ? 0.05f : -0.05f);
    }

    /** θ + σ ε in memory, its weights packed as a whole. */
    private static float[] storedLosses(NetworkCase problem, ParameterPoint at, int[] examples) {
        Network network = problem.network();
        float[] theta = network.parameters().values().clone();
        float[] moved = new float[theta.length];
        at.readInto(0, moved.length, moved, 0);
        System.arraycopy(moved, 0, network.parameters().values(), 0, moved.length);
        PackedParameters packed = new PackedParameters(ParameterProblems.OPS, network);
        float[] losses = new float[examples.length];
        for (int q = 0; q < losses.length; q++) {
            Tensor input = Tensor.zeros(network.inputShape().withLeading(1).toArray());
            problem.data().readInto(examples[q], input.array(), 0);
            Tensor logits = ForwardContext.inference(ParameterProblems.OPS, packed, new Workspace())
                    .run(network, input)
                    .tensor();
            ParameterProblems.OPS
                    .row()
                    .crossEntropyInto(logits, new int[] {problem.data().label(examples[q])}, 0, losses, q);
        }
        System.arraycopy(theta, 0, network.parameters().values(), 0, theta.length);
        return losses;
    }

    /** Perturbed on the way into the products, alone or as a pair, at every width: the bits of the point in memory. */
    @ParameterizedTest
    @MethodSource("cases")
    void aStreamedPointHasTheBitsOfThePointInMemory(NetworkCase problem) {
        Parameters all = problem.network().parameters();
        String frozen = all.list().getFirst().name();
        int[] examples = {3, 0, 3, 5, 1};
        for (Parameters parameters : new Parameters[] {all, all.select(name -> !name.equals(frozen))}) {
            for (Distribution distribution : Distribution.values()) {
                PerturbedPoint at = point(parameters, ParameterProblems.OPS, distribution, 0);
                PerturbedPoint partner =
                        new PerturbedPoint(at.ops(), parameters, distribution, at.noise(), -at.signedSigma());
                float[] expected = storedLosses(problem, at, examples);
                float[] expectedPartner = storedLosses(problem, partner, examples);
                for (SimdWidth width : SimdWidth.values()) {
                    NetworkBlackBox box = new NetworkBlackBox(
                            problem.network(), problem.data(), TensorOps.of(width), Workers.callingThread());
                    float[] alone = new float[examples.length];
                    box.evaluate(at, examples, alone);
                    assertThat(alone).as("%s, %s", problem.name(), width).isEqualTo(expected);
                    float[] plus = new float[examples.length];
                    float[] minus = new float[examples.length];
                    box.evaluatePair(at, partner, examples, plus, minus);
                    assertThat(plus).as("%s, %s", problem.name(), width).isEqualTo(expected);
                    assertThat(minus).as("%s, %s", problem.name(), width).isEqualTo(expectedPartner);
                }
                // A wrong sign or another sample is seen.
                assertThat(expectedPartner).isNotEqualTo(expected);
                assertThat(storedLosses(problem, point(parameters, at.ops(), distribution, 2), examples))
                        .isNotEqualTo(expected);
            }
        }
    }

    /** Two points that are no pair are answered one by one. */
    @Test
    void pointsThatAreNoPartnersAreAnsweredOneByOne() {
        NetworkCase problem = NetworkCase.tokens();
        Parameters parameters = problem.network().parameters();
        PerturbedPoint a = point(parameters, ParameterProblems.OPS, Distribution.GAUSSIAN, 0);
        PerturbedPoint b = point(parameters, ParameterProblems.OPS, Distribution.GAUSSIAN, 3);
        float[] first = new float[1];
        float[] second = new float[1];
        box(problem).evaluatePair(a, b, new int[] {4}, first, second);
        assertThat(first).isEqualTo(storedLosses(problem, a, new int[] {4}));
        assertThat(second).isEqualTo(storedLosses(problem, b, new int[] {4}));
    }

    /** The parameters, once, and the activations of a pair's forward: no packed and no perturbed copy. */
    @Test
    void seedReplayHoldsTheParametersOnce() {
        NetworkBuilder builder = new NetworkBuilder(1);
        Linear[] layers = new Linear[3];
        for (int i = 0; i < layers.length; i++) {
            layers[i] = new Linear(builder, "layer" + i, 1024, 1024, Initializer.fanIn(1024));
        }
        Network network = builder.build("wide", Shape.of(1024), 1024, (context, x) -> {
            Activation h = context.relu(layers[0].forward(context, x));
            return layers[2].forward(context, context.relu(layers[1].forward(context, h)));
        });
        MemoryExamples data = MemoryExamples.random(4, 1024, TestSeeds.problems("wide"), 1024);
        TensorOps scalar = TensorOps.of(SimdWidth.SCALAR);
        NetworkBlackBox box = new NetworkBlackBox(network, data, scalar, Workers.callingThread());
        MezoConfig config = new MezoConfig(Distribution.GAUSSIAN, 1e-3f, true);
        MezoEstimator mezo = new MezoEstimator(box, network.parameters(), scalar, config);
        CostLedger ledger = new CostLedger();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        mezo.begin(0, new int[] {0, 1, 2, 3}, TestSeeds.key("wide"), ledger)
                .descendInPlace(Allocation.equal(4, 4), 1e-3);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        long parameters = (long) network.parameters().dimension() * Float.BYTES;
        long activations = 2L * 4 * 6 * 1024 * Float.BYTES;
        assertThat(ledger.peakBytes()).isBetween(parameters + activations, (long) (1.1 * (parameters + activations)));
        assertThat(allocated).isLessThan(parameters / 3);
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
