package dev.flops.bench.align;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.flops.models.weights.DataType;
import dev.flops.models.weights.SafetensorsFile;
import dev.flops.models.weights.SafetensorsWriter;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.network.Network;
import dev.flops.tensor.spec.SimdWidth;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PictureFeaturesTest {
    private static final int SIDE = EmojiSheet.SIDE;
    private static final int CHANNELS = EmojiSheet.CHANNELS;

    /** Left half black, right half red. */
    private static float[] halves() {
        float[] picture = new float[EmojiSheet.LENGTH];
        Arrays.fill(picture, -1);
        for (int pixel = 0; pixel < SIDE * SIDE; pixel++) {
            picture[pixel * CHANNELS] = pixel % SIDE < SIDE / 2 ? -1 : 1;
        }
        return picture;
    }

    @Test
    void coloursAreCountedInEachQuarter() {
        float[] shares = new ColourHistograms().of(halves());
        for (int cell = 0; cell < 4; cell++) {
            float[] expected = new float[64];
            expected[cell % 2 == 0 ? 0 : 3 * 16] = 1; // no colour, or the highest of four levels of red
            assertThat(Arrays.copyOfRange(shares, cell * 64, cell * 64 + 64)).containsExactly(expected);
        }
    }

    @Test
    void anEdgeHasItsDirection() {
        float[] found = new GradientHistograms().of(halves());
        // A block at the edge: its gradients point to the right, between the last and the first of nine directions.
        int block = 3 * 4 * 9; // first row of blocks, cells 3 and 4
        for (int cell = 0; cell < 4; cell++) {
            for (int angle = 0; angle < 9; angle++) {
                float value = found[block + cell * 9 + angle];
                if (angle == 0 || angle == 8) {
                    assertThat(value).isEqualTo(0.3f);
                } else {
                    assertThat(value).isZero();
                }
            }
        }
        assertThat(found[0]).as("far from the edge").isZero();
    }

    @Test
    void aWordAnswersWhereItsPatchIs(@TempDir Path folder) throws IOException {
        Network network = PatchDictionary.network(2);
        float[] values = network.parameters().values();
        Arrays.fill(values, 0);
        int area = PatchDictionary.SIDE * PatchDictionary.SIDE;
        Arrays.fill(values, 0, area, 1f / area); // mean of red; the second word never answers
        values[values.length - 1] = -1;
        Path file = folder.resolve("words.safetensors");
        SafetensorsWriter.write(file, network.parameters(), DataType.F32, Map.of());
        try (SafetensorsFile weights = SafetensorsFile.open(file)) {
            float[] answers =
                    PatchDictionary.of(weights, TensorOps.of(SimdWidth.AUTO)).of(halves());
            double[] expected = new double[4];
            for (int left = 0; left < 28; left++) {
                double mean = 0;
                for (int x = left; x < left + 5; x++) {
                    mean += (x < SIDE / 2 ? -1 : 1) / 5.0;
                }
                expected[left / 7] += Math.max(0, mean) / 7;
            }
            for (int cell = 0; cell < 16; cell++) {
                assertThat((double) answers[2 * cell]).isCloseTo(StrictMath.sqrt(expected[cell % 4]), within(1e-5));
                assertThat(answers[2 * cell + 1]).isZero();
            }
        }
    }

    @Test
    void afileWithoutWordsIsRefused(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("other.safetensors");
        var parameters = dev.flops.api.Parameters.ofVector(1, 2);
        SafetensorsWriter.write(file, parameters, DataType.F32, Map.of());
        assertThatThrownBy(() -> EmojiEncoder.open(file, TensorOps.of(SimdWidth.AUTO)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("patches.bias");
    }

    @Test
    void wordsAreTheSameOnAllWidthsAndAnswerAlike() {
        var config = new PatchLearning.Config(4, 500, 3, 5);
        Network one = PatchLearning.learn(config, TensorOps.of(SimdWidth.AUTO));
        Network two = PatchLearning.learn(config, TensorOps.of(SimdWidth.SCALAR));
        assertThat(two.parameters().values()).containsExactly(one.parameters().values());
        Network other = PatchLearning.learn(new PatchLearning.Config(4, 500, 3, 6), TensorOps.of(SimdWidth.AUTO));
        assertThat(other.parameters().values()).isNotEqualTo(one.parameters().values());
        float[] values = one.parameters().values();
        int length = 75;
        for (int i = 0; i < length; i++) {
            assertThat(values[length + i]).as("a word's counterpart").isEqualTo(-values[i]);
        }
        assertThatThrownBy(() -> new PatchLearning.Config(0, 500, 3, 5)).hasMessageContaining("words = 0");
        assertThatThrownBy(() -> new PatchLearning.Config(4, 74, 3, 5)).hasMessageContaining("patches = 74");
    }
}
