package dev.flops.models.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.flops.api.LabelledExamples;
import dev.flops.models.data.ShiftedImages.Shift;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ShiftedImagesTest {
    private static final Normalization NORMALIZATION = new Normalization(0.2, 0.4);

    private static IdxDataset images(int side, int channels) {
        byte[] pixels = new byte[3 * side * side * channels];
        new SplittableRandom(side).nextBytes(pixels);
        IdxArray images = new IdxArray("images", new int[] {3, side, side, channels}, pixels);
        IdxArray labels = new IdxArray("labels", new int[] {3}, new byte[] {2, 0, 1});
        return IdxDataset.of(images, labels, 3, NORMALIZATION);
    }

    private static float[] read(LabelledExamples set, int example) {
        float[] features = new float[set.exampleLength() + 2];
        set.readInto(example, features, 1);
        assertThat(features[0]).isZero();
        assertThat(features[features.length - 1]).isZero();
        return features;
    }

    @Test
    void rotatedIsAQuarterTurn() {
        for (int side = 1; side <= 5; side++) {
            IdxDataset base = images(side, 2);
            LabelledExamples rotated = ShiftedImages.of(base, Shift.ROTATED, NORMALIZATION);
            for (int example = 0; example < 3; example++) {
                float[] before = read(base, example);
                float[] after = read(rotated, example);
                for (int i = 0; i < side * side * 2; i++) {
                    int y = i / 2 / side;
                    int x = i / 2 % side;
                    assertThat(after[1 + i]).isEqualTo(before[1 + (x * side + side - 1 - y) * 2 + i % 2]);
                }
                assertThat(rotated.label(example)).isEqualTo(base.label(example));
            }
        }
    }

    @Test
    void invertedIsTheNegative() {
        IdxDataset base = images(4, 1);
        LabelledExamples inverted = ShiftedImages.of(base, Shift.INVERTED, NORMALIZATION);
        float[] before = read(base, 1);
        float[] after = read(inverted, 1);
        for (int i = 1; i <= 16; i++) {
            double pixel = before[i] * 0.4 + 0.2;
            assertThat((double) after[i]).isCloseTo((1 - pixel - 0.2) / 0.4, Offset.offset(1e-6));
        }
        assertThat(inverted.size()).isEqualTo(3);
        assertThat(inverted.classes()).isEqualTo(3);
        assertThat(inverted.exampleShape()).containsExactly(4, 4, 1);
    }

    @Test
    void imagesMustBeSquare() {
        IdxArray images = new IdxArray("images", new int[] {1, 2, 3}, new byte[6]);
        IdxArray labels = new IdxArray("labels", new int[] {1}, new byte[1]);
        IdxDataset base = IdxDataset.of(images, labels, 2, NORMALIZATION);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ShiftedImages.of(base, Shift.ROTATED, NORMALIZATION))
                .withMessageContaining("base.exampleShape = [2, 3, 1]");
    }
}
