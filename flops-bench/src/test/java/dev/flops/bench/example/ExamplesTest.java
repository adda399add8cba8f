package dev.flops.bench.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.flops.api.LabelledExamples;
import dev.flops.api.RandomKey;
import dev.flops.bench.blackbox.OnnxGraph;
import dev.flops.bench.blackbox.OnnxModel;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.network.ForwardContext;
import dev.flops.tensor.network.Network;
import dev.flops.tensor.network.PackedParameters;
import dev.flops.tensor.spec.SimdWidth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ExamplesTest {
    @Test
    void aNetworkOfOnesOwnLearns() {
        assertThat(MinimalExample.train().accuracy()).isGreaterThan(0.9);
    }

    @Test
    void theSameNetworkLearnsBySignsAtItsActivations() {
        assertThat(ActivationsExample.train().accuracy()).isGreaterThan(0.9);
    }

    @Test
    void aBlackBoxIsFitted() {
        float[] theta = BlackBoxExample.fit();
        assertThat(theta[0]).isCloseTo(2.5f, within(0.05f));
        assertThat(theta[1]).isCloseTo(0.3f, within(0.05f));
    }

    /** Vectors that are a linear function of the features: what a projector can learn. */
    @Test
    void twoEncodersOfOnesOwnAreAligned() {
        int examples = 60;
        RandomKey key = RandomKey.ofSeed(5);
        Tensor features = Tensor.zeros(examples, 6);
        Tensor targets = Tensor.zeros(examples, 3);
        for (int i = 0; i < examples; i++) {
            double squares = 0;
            for (int f = 0; f < 6; f++) {
                features.array()[6 * i + f] = (float) (key.uniform(i, f) - 0.5);
                squares += f < 3 ? features.array()[6 * i + f] * features.array()[6 * i + f] : 0;
            }
            for (int f = 0; f < 3; f++) {
                targets.array()[3 * i + f] = (float) (features.array()[6 * i + f] / StrictMath.sqrt(squares));
            }
        }
        assertThat(meanCosine(AlignmentExample.align(rows(features), targets, 1), features, targets))
                .isLessThan(0.5);
        assertThat(meanCosine(AlignmentExample.align(rows(features), targets, 300), features, targets))
                .isGreaterThan(0.9);
    }

    private static double meanCosine(Network projector, Tensor features, Tensor targets) {
        TensorOps ops = TensorOps.of(SimdWidth.AUTO);
        PackedParameters packed = new PackedParameters(ops, projector);
        packed.refresh(Workers.callingThread());
        float[] found = ForwardContext.inference(ops, packed, new Workspace())
                .run(projector, features)
                .tensor()
                .toArray();
        double sum = 0;
        for (int i = 0; i < found.length; i += 3) {
            double product = 0;
            double squares = 0;
            for (int f = i; f < i + 3; f++) {
                product += (double) found[f] * targets.array()[f];
                squares += (double) found[f] * found[f];
            }
            sum += product / Math.sqrt(squares);
        }
        return sum / targets.shape().extent(0);
    }

    private static LabelledExamples rows(Tensor features) {
        return new LabelledExamples() {
            @Override
            public int size() {
                return features.shape().extent(0);
            }

            @Override
            public int[] exampleShape() {
                return new int[] {6};
            }

            @Override
            public int classes() {
                return size();
            }

            @Override
            public int label(int example) {
                return example;
            }

            @Override
            public void readInto(int example, float[] out, int offset) {
                System.arraycopy(features.array(), 6 * example, out, offset, 6);
            }
        };
    }

    /** Scores y = x of two numbers; labels say 1 although the first number is larger by 0.5: the prompt turns that round. */
    @Test
    void aModelOfOnesOwnIsPrompted(@TempDir Path folder) throws IOException {
        byte[] identity = OnnxGraph.product(new float[] {1, 0, 0, 1}, 2, 2, true);
        float[][] inputs = {{0.5f, 0}, {1.5f, 1}, {0, -0.5f}, {2, 1.5f}};
        int[] labels = {1, 1, 1, 1};
        Path journal = folder.resolve("journal.txt");
        try (OnnxModel model = OnnxModel.of("identity", identity, "x", "y", 2)) {
            float[] prompt = YourOwnModelExample.tune(model, inputs, labels, 40, journal);
            assertThat(prompt[1] - prompt[0]).isGreaterThan(0.5f);
            assertThat(YourOwnModelExample.tune(model, inputs, labels, 40, journal))
                    .containsExactly(prompt);
        }
        assertThat(Files.readAllLines(journal)).hasSize(1 + 40 * 64);
    }
}
