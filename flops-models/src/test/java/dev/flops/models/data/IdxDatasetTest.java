package dev.flops.models.data;

import static dev.flops.models.data.IdxBytes.counting;
import static dev.flops.models.data.IdxBytes.gzip;
import static dev.flops.models.data.IdxBytes.idx;
import static dev.flops.models.data.IdxBytes.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdxDatasetTest {
    private static final Normalization HALF = new Normalization(0.5, 0.25);

    private static IdxArray labels(int... labels) {
        byte[] values = new byte[labels.length];
        for (int i = 0; i < labels.length; i++) {
            values[i] = (byte) labels[i];
        }
        return read(idx(new int[] {labels.length}, values));
    }

    @Test
    void joinsImagesAndLabels() {
        IdxDataset set = IdxDataset.of(read(counting(256, 3, 4, 5)), labels(2, 0, 1), 3, HALF);

        assertThat(set.size()).isEqualTo(3);
        assertThat(set.classes()).isEqualTo(3);
        assertThat(set.exampleShape()).containsExactly(4, 5, 1);
        assertThat(set.exampleLength()).isEqualTo(20);
        assertThat(set.normalization()).isEqualTo(HALF);
        assertThat(new int[] {set.label(0), set.label(1), set.label(2)}).containsExactly(2, 0, 1);
    }

    @Test
    void writesNormalisedPixelsWhereTold() {
        IdxDataset set = IdxDataset.of(read(counting(256, 3, 2, 2)), labels(0, 1, 0), 2, HALF);
        float[] out = new float[8];
        Arrays.fill(out, 7);

        set.readInto(2, out, 3);

        // Pixels 8 to 11: (p/255 - 1/2) / (1/4).
        assertThat(out)
                .containsExactly(
                        7,
                        7,
                        7,
                        (float) (4 * (8 / 255.0 - 0.5)),
                        (float) (4 * (9 / 255.0 - 0.5)),
                        (float) (4 * (10 / 255.0 - 0.5)),
                        (float) (4 * (11 / 255.0 - 0.5)),
                        7);
    }

    @Test
    void pixelsAndLabelsAreUnsigned() {
        IdxDataset set = IdxDataset.of(
                read(idx(new int[] {1, 1, 2}, new byte[] {-1, -128})), labels(255), 256, Normalization.none());
        float[] out = new float[2];
        set.readInto(0, out, 0);
        assertThat(out).containsExactly(1, 128 / 255f);
        assertThat(set.label(0)).isEqualTo(255);
    }

    @Test
    void aFourthDimensionIsTheChannels() {
        IdxDataset set = IdxDataset.of(read(counting(256, 2, 4, 5, 3)), labels(0, 1), 2, HALF);
        assertThat(set.exampleShape()).containsExactly(4, 5, 3);
        assertThat(set.exampleLength()).isEqualTo(60);
    }

    @Test
    void shapeIsACopy() {
        IdxDataset set = IdxDataset.of(read(counting(256, 2, 2, 2)), labels(0, 1), 2, HALF);
        Arrays.fill(set.exampleShape(), 99);
        assertThat(set.exampleShape()).containsExactly(2, 2, 1);
    }

    @Test
    void refusesALabelOutsideTheClasses() {
        IdxArray images = read(counting(256, 3, 2, 2));
        InvalidDataException failure =
                catchThrowableOfType(InvalidDataException.class, () -> IdxDataset.of(images, labels(0, 1, 2), 2, HALF));
        assertThat(failure).hasMessage("test.idx, byte 10: label of example 2 = 2, expected 0 <= label < 2");

        assertThatThrownBy(() -> IdxDataset.of(images, labels(0, 255, 1), 255, HALF))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("label of example 1 = 255");
    }

    @Test
    void refusesFilesOfDifferentLength() {
        IdxArray images = read(counting(256, 3, 2, 2));
        for (IdxArray labels : new IdxArray[] {labels(0, 1), labels(0, 1, 0, 1)}) {
            assertThatThrownBy(() -> IdxDataset.of(images, labels, 2, HALF))
                    .isInstanceOf(InvalidDataException.class)
                    .hasMessage(
                            "test.idx, byte 4: number of labels = %d, expected 3, the number of images in test.idx",
                            labels.length());
        }
    }

    @Test
    void refusesArraysOfOtherRanks() {
        IdxArray one = read(counting(2, 4));
        IdxArray two = read(counting(2, 4, 1));
        IdxArray three = read(counting(2, 4, 1, 1));
        assertThatThrownBy(() -> IdxDataset.of(one, one, 2, HALF))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("images of shape [4]");
        assertThatThrownBy(() -> IdxDataset.of(two, one, 2, HALF))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("images of shape [4, 1]");
        assertThatThrownBy(() -> IdxDataset.of(three, two, 2, HALF))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("labels of shape [4, 1]");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1, 257})
    void refusesImpossibleNumbersOfClasses(int classes) {
        IdxArray images = read(counting(256, 1, 2, 2));
        assertThatThrownBy(() -> IdxDataset.of(images, labels(0), classes, HALF))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("classes = " + classes + ", expected 2 <= classes <= 256");
    }

    @Test
    void refusesExamplesAndOffsetsOutOfRange() {
        IdxDataset set = IdxDataset.of(read(counting(256, 3, 2, 2)), labels(0, 1, 0), 2, HALF);
        float[] out = new float[6];
        for (int example : new int[] {-1, 3}) {
            assertThatThrownBy(() -> set.label(example))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("example = %d, expected 0 <= example < 3", example);
            assertThatThrownBy(() -> set.readInto(example, out, 0)).isInstanceOf(IllegalArgumentException.class);
        }
        for (int offset : new int[] {-1, 3, Integer.MAX_VALUE}) {
            assertThatThrownBy(() -> set.readInto(0, out, offset))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("offset = %d, expected 0 <= offset <= 2 (out.length = 6, values to write = 4)", offset);
        }
        assertThat(out).containsOnly(0);
    }

    @Test
    void readsTwoFiles(@TempDir Path folder) throws IOException {
        Path images = Files.write(folder.resolve("images"), counting(256, 10, 3, 3));
        Path labels = Files.write(folder.resolve("labels"), gzip(counting(10, 10)));

        IdxDataset set = IdxDataset.read(images, labels, 10, HALF);

        assertThat(set.size()).isEqualTo(10);
        assertThat(set.label(7)).isEqualTo(7);
        assertThatThrownBy(() -> IdxDataset.read(labels, images, 10, HALF))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageStartingWith(labels + ", byte 3: images of shape [10]");
    }
}
