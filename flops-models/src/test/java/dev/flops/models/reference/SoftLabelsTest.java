package dev.flops.models.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.flops.models.data.SoftLabelledExamples;
import dev.flops.models.layer.Linear;
import dev.flops.tensor.Shape;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.network.Initializer;
import dev.flops.tensor.network.Network;
import dev.flops.tensor.network.NetworkBuilder;
import dev.flops.tensor.spec.SimdWidth;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Loss and gradient for shares are the means, by those shares, of the losses and gradients for single labels. */
class SoftLabelsTest {
    private static final int EXAMPLES = 19;
    private static final int FEATURES = 5;
    private static final int CLASSES = 4;

    /** Random features and shares; the label is {@code offset} classes behind the example's number. */
    private static class Shared implements SoftLabelledExamples {
        private final int offset;
        private final float[][] shares = new float[EXAMPLES][CLASSES];
        private final float[][] features = new float[EXAMPLES][FEATURES];

        Shared(int offset) {
            this.offset = offset;
            SplittableRandom random = new SplittableRandom(8);
            for (int i = 0; i < EXAMPLES; i++) {
                float sum = 0;
                for (int c = 0; c < CLASSES; c++) {
                    shares[i][c] = random.nextFloat();
                    sum += shares[i][c];
                }
                for (int c = 0; c < CLASSES; c++) {
                    shares[i][c] /= sum;
                }
                for (int f = 0; f < FEATURES; f++) {
                    features[i][f] = random.nextFloat() - 0.5f;
                }
            }
        }

        @Override
        public void sharesInto(int example, float[] out) {
            System.arraycopy(shares[example], 0, out, 0, CLASSES);
        }

        @Override
        public int size() {
            return EXAMPLES;
        }

        @Override
        public int[] exampleShape() {
            return new int[] {FEATURES};
        }

        @Override
        public int classes() {
            return CLASSES;
        }

        @Override
        public int label(int example) {
            return (example + offset) % CLASSES;
        }

        @Override
        public void readInto(int example, float[] out, int at) {
            System.arraycopy(features[example], 0, out, at, FEATURES);
        }
    }

    /** All of example i belongs to one class. */
    private static final class Single extends Shared {
        Single(int offset) {
            super(offset);
        }

        @Override
        public void sharesInto(int example, float[] out) {
            out[label(example)] = 1;
        }
    }

    @Test
    void lossAndGradientAreLinearInTheShares() {
        NetworkBuilder builder = new NetworkBuilder(3);
        Linear linear = new Linear(builder, "head", FEATURES, CLASSES, Initializer.normal(1));
        Network network = builder.build("checked", Shape.of(FEATURES), CLASSES, linear);
        Backpropagation gradients = new Backpropagation(network, TensorOps.of(SimdWidth.AUTO), Workers.callingThread());
        int dimension = network.parameters().dimension();
        Shared shared = new Shared(0);
        for (int example = 0; example < EXAMPLES; example++) {
            int[] one = {example};
            double expectedLoss = 0;
            double[] expected = new double[dimension];
            for (int offset = 0; offset < CLASSES; offset++) {
                Single single = new Single(offset);
                float[] gradient = new float[dimension];
                double loss = gradients.gradientInto(single, one, gradient);
                float share = shared.shares[example][single.label(example)];
                expectedLoss += share * loss;
                for (int d = 0; d < dimension; d++) {
                    expected[d] += share * gradient[d];
                }
            }
            float[] found = new float[dimension];
            assertThat(gradients.gradientInto(shared, one, found)).isCloseTo(expectedLoss, within(1e-5));
            for (int d = 0; d < dimension; d++) {
                assertThat((double) found[d]).isCloseTo(expected[d], within(1e-5));
            }
        }
    }

    @Test
    void aBatchIsTheMeanOfItsExamples() {
        NetworkBuilder builder = new NetworkBuilder(4);
        Linear linear = new Linear(builder, "head", FEATURES, CLASSES, Initializer.normal(1));
        Network network = builder.build("checked", Shape.of(FEATURES), CLASSES, linear);
        Backpropagation gradients = new Backpropagation(network, TensorOps.of(SimdWidth.AUTO), Workers.callingThread());
        int dimension = network.parameters().dimension();
        int[] all = new int[EXAMPLES];
        double[] expected = new double[dimension];
        double expectedLoss = 0;
        Shared shared = new Shared(1);
        for (int i = 0; i < EXAMPLES; i++) {
            all[i] = i;
            float[] gradient = new float[dimension];
            expectedLoss += gradients.gradientInto(shared, new int[] {i}, gradient) / EXAMPLES;
            for (int d = 0; d < dimension; d++) {
                expected[d] += (double) gradient[d] / EXAMPLES;
            }
        }
        float[] found = new float[dimension];
        assertThat(gradients.gradientInto(shared, all, found)).isCloseTo(expectedLoss, within(1e-5));
        for (int d = 0; d < dimension; d++) {
            assertThat((double) found[d]).isCloseTo(expected[d], within(1e-5));
        }
    }
}
