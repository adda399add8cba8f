package dev.flops.models.data;

import static dev.flops.models.data.NpyBytes.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.flops.api.LabelledExamples;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpyDatasetTest {
    private static final List<Normalization> PLAIN = List.of(Normalization.none());

    private static byte[] array(NpyType type, int[] shape, long... values) {
        return NpyBytes.array(type, ByteOrder.LITTLE_ENDIAN, shape, values);
    }

    @Test
    void bytesAreImages() {
        NpyArray images = read(array(NpyType.U1, new int[] {2, 1, 2}, 0, 51, 102, 255));
        LabelledExamples data = NpyDataset.of(
                images, read(array(NpyType.I8, new int[] {2}, 2, 0)), List.of(new Normalization(0.2, 0.5)));
        assertThat(data.exampleShape()).containsExactly(1, 2, 1);
        assertThat(data.classes()).isEqualTo(3);
        assertThat(data.label(0)).isEqualTo(2);
        float[] out = new float[3];
        data.readInto(1, out, 1);
        assertThat(out).containsExactly(0, (float) ((102 / 255.0 - 0.2) / 0.5), (float) ((1 - 0.2) / 0.5));
    }

    @Test
    void eachChannelHasItsNormalisation() {
        NpyArray images = read(array(NpyType.U1, new int[] {1, 1, 2, 2}, 0, 0, 255, 255));
        LabelledExamples data = NpyDataset.of(
                images,
                read(array(NpyType.U1, new int[] {1}, 0)),
                List.of(Normalization.none(), new Normalization(0.5, 0.5)));
        float[] out = new float[4];
        data.readInto(0, out, 0);
        assertThat(out).containsExactly(0, -1, 1, 1);
        assertThat(data.classes()).isEqualTo(2);
    }

    @Test
    void numbersAreTakenAsTheyAre(@TempDir Path folder) throws IOException {
        Path x = Files.write(folder.resolve("x.npy"), array(NpyType.F8, new int[] {2, 3}, 1, 2, 3, 4, 5, -6));
        Path y = Files.write(folder.resolve("y.npy"), array(NpyType.I4, new int[] {2}, 0, 1));
        LabelledExamples data = NpyDataset.read(x, y, PLAIN);
        assertThat(data.exampleShape()).containsExactly(3);
        assertThat(data.size()).isEqualTo(2);
        float[] out = new float[3];
        data.readInto(1, out, 0);
        assertThat(out).containsExactly(4, 5, -6);
    }

    @Test
    void refusesWhatDoesNotBelongTogether() {
        byte[] x = array(NpyType.F4, new int[] {2, 1}, 1, 2);
        refuses(x, array(NpyType.I4, new int[] {3}, 0, 1, 0), "number of labels = 3");
        refuses(x, array(NpyType.I4, new int[] {2, 1}, 0, 1), "labels of type I4 and shape [2, 1]");
        refuses(x, array(NpyType.F4, new int[] {2}, 0, 1), "labels of type F4");
        refuses(x, array(NpyType.I4, new int[] {2}, 0, -1), "label of example 1 = -1");
        refuses(x, array(NpyType.I8, new int[] {2}, 1L << 32, 0), "label of example 0 = 4294967296");
        byte[] y = array(NpyType.I4, new int[] {2}, 0, 1);
        refuses(array(NpyType.U1, new int[] {2, 1}, 1, 2), y, "features of type U1 and shape [2, 1]");
        refuses(array(NpyType.F4, new int[] {2}, 1, 2), y, "features of type F4 and shape [2]");
        byte[] infinite = x.clone();
        infinite[x.length - 1] = 0x7F;
        infinite[x.length - 2] = (byte) 0x80;
        refuses(infinite, y, "feature 0 of example 1 = Infinity");
    }

    private static void refuses(byte[] x, byte[] y, String found) {
        assertThatExceptionOfType(InvalidDataException.class)
                .isThrownBy(() -> NpyDataset.of(read(x), read(y), PLAIN))
                .withMessageContaining(found);
    }

    @Test
    void storedExamplesAreCopies() {
        LabelledExamples data = NpyDataset.of(
                read(array(NpyType.U1, new int[] {2, 1, 1}, 0, 255)),
                read(array(NpyType.U1, new int[] {2}, 1, 0)),
                PLAIN);
        StoredExamples copy = StoredExamples.copyOf(data);
        float[] out = new float[1];
        copy.readInto(1, out, 0);
        assertThat(out).containsExactly(1);
        assertThat(copy.label(0)).isEqualTo(1);
        assertThat(copy.size()).isEqualTo(2);
        assertThat(copy.classes()).isEqualTo(2);
        assertThat(copy.exampleShape()).containsExactly(1, 1, 1);
    }
}
