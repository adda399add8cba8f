package dev.flops.models.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flops.api.Parameters.Parameter;
import dev.flops.tensor.Shape;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.network.ForwardContext;
import dev.flops.tensor.network.Network;
import dev.flops.tensor.network.PackedParameters;
import dev.flops.tensor.spec.SimdWidth;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Compares the gradient of a network with central differences in double precision. */
final class GradientCheck {
    /** Error of an element, relative to the largest of its parameter: some hundred roundings of 2⁻²⁴. */
    static final double TOLERANCE = 4e-5;

    /** Error relative to the largest element of the whole gradient, where a parameter's own gradient nearly cancels. */
    private static final double FLOOR = 2e-6;

    private static final double STEP = 1e-5;

    /** Rounding of a difference of two losses near 1, 2⁻⁵² / STEP, a few times over. */
    private static final double ROUNDING = 1e-10;

    /** Least distance of rectifiers and maxima from their kinks; a step moves an activation by far less. */
    private static final double KINK_MARGIN = 2e-4;

    private static final int MOST_PER_PARAMETER = 40;

    private GradientCheck() {}

    /** Moves all parameters off their initial values, so that no gradient is 0 by symmetry. */
    static void disturb(Network network, SplittableRandom random) {
        float[] values = network.parameters().values();
        for (int i = 0; i < values.length; i++) {
            values[i] += (float) random.nextDouble(-0.2, 0.2);
        }
    }

    static float[] gradient(Network network, RandomExamples data, SimdWidth width, Workers workers) {
        float[] gradient = new float[network.parameters().dimension()];
        new Backpropagation(network, TensorOps.of(width), workers)
                .gradientInto(data, IntStream.range(0, data.size()).toArray(), gradient);
        return gradient;
    }

    /** Draws examples away from kinks and checks the gradient over all of them; some elements of each parameter. */
    static void check(Network network, int examples, SplittableRandom random) {
        disturb(network, random);
        RandomExamples data;
        do {
            data = RandomExamples.of(examples, network.inputShape(), network.outputs(), random);
        } while (DoubleInterpreter.kinkMargin(tape(network, data), theta(network), inputs(data)) < KINK_MARGIN);
        float[] gradient = gradient(network, data, SimdWidth.AUTO, Workers.callingThread());
        checkGradient(network, data, gradient, random);
    }

    static double[] theta(Network network) {
        return doubles(network.parameters().values());
    }

    static double[] inputs(RandomExamples data) {
        return Arrays.stream(data.features())
                .flatMapToDouble(row -> Arrays.stream(doubles(row)))
                .toArray();
    }

    static void checkGradient(Network network, RandomExamples data, float[] gradient, SplittableRandom random) {
        Tape tape = tape(network, data);
        double[] theta = theta(network);
        double[] input = inputs(data);
        int[] labels = IntStream.range(0, data.size()).map(data::label).toArray();
        double largest = largest(gradient, 0, gradient.length);
        for (Parameter p : network.parameters().list()) {
            double scale = largest(gradient, p.offset(), p.length());
            if (!p.trainable()) {
                assertThat(scale).as("gradient of the constant %s", p.name()).isZero();
                continue;
            }
            for (int i : elements(p.length(), random)) {
                int at = p.offset() + i;
                double kept = theta[at];
                theta[at] = kept + STEP;
                double above = DoubleInterpreter.loss(tape, theta, input, labels);
                theta[at] = kept - STEP;
                double below = DoubleInterpreter.loss(tape, theta, input, labels);
                theta[at] = kept;
                double expected = (above - below) / (2 * STEP);
                assertThat(Math.abs(gradient[at] - expected))
                        .as("%s[%d] = %s, expected %s, scale %s", p.name(), i, gradient[at], expected, scale)
                        .isLessThanOrEqualTo(TOLERANCE * scale + FLOOR * largest + ROUNDING);
            }
        }
    }

    private static int[] elements(int length, SplittableRandom random) {
        return length <= MOST_PER_PARAMETER
                ? IntStream.range(0, length).toArray()
                : random.ints(MOST_PER_PARAMETER, 0, length).toArray();
    }

    /** The tape of one forward over all examples. */
    static Tape tape(Network network, RandomExamples data) {
        TensorOps ops = TensorOps.of(SimdWidth.AUTO);
        Tape tape = new Tape();
        Tensor input = Tensor.zeros(IntStream.concat(
                        IntStream.of(data.size()),
                        IntStream.of(network.inputShape().toArray()))
                .toArray());
        for (int i = 0; i < data.size(); i++) {
            data.readInto(i, input.array(), i * network.inputShape().elements());
        }
        Tensor logits = ForwardContext.listening(ops, new PackedParameters(ops, network), new Workspace(), tape)
                .run(network, input)
                .tensor();
        assertThat(logits.shape()).isEqualTo(Shape.of(data.size(), data.classes()));
        return tape;
    }

    static double largest(float[] values, int from, int length) {
        double largest = 0;
        for (int i = 0; i < length; i++) {
            largest = Math.max(largest, Math.abs(values[from + i]));
        }
        return largest;
    }

    private static double[] doubles(float[] values) {
        return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
    }
}
