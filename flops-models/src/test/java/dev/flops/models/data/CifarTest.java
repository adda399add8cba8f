package dev.flops.models.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.flops.models.data.Cifar.Labels;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CifarTest {
    private static final List<Normalization> PLAIN = List.of(Normalization.none());
    private static final int PIXELS = 3 * 32 * 32;

    /** Images of random pixels; the label of image i, coarse then fine, is (first + i) modulo the number of classes. */
    static byte[] file(Labels kind, int images, int first, long seed) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        byte[] pixels = new byte[PIXELS];
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < images; i++) {
            if (kind != Labels.CIFAR_10) {
                file.write((first + i) % 20);
            }
            file.write((first + i) % (kind == Labels.CIFAR_10 ? 10 : 100));
            random.nextBytes(pixels);
            file.writeBytes(pixels);
        }
        return file.toByteArray();
    }

    private static ImageDataset read(byte[] file, Labels kind) throws IOException {
        return Cifar.read(new ByteArrayInputStream(file), "test.bin", kind, PLAIN);
    }

    @ParameterizedTest
    @EnumSource
    void readsLabelsAndPlanes(Labels kind) throws IOException {
        byte[] file = file(kind, 25, 90, 7);
        int record = file.length / 25;
        for (ImageDataset data : List.of(read(file, kind), read(IdxBytes.gzip(file), kind))) {
            assertThat(data.size()).isEqualTo(25);
            assertThat(data.exampleShape()).containsExactly(32, 32, 3);
            assertThat(data.classes()).isEqualTo(kind.classes());
            float[] out = new float[PIXELS];
            for (int i = 0; i < 25; i++) {
                assertThat(data.label(i)).isEqualTo((90 + i) % kind.classes());
                data.readInto(i, out, 0);
                for (int y = 0; y < 32; y++) {
                    for (int x = 0; x < 32; x++) {
                        for (int c = 0; c < 3; c++) {
                            int value = file[(i + 1) * record - PIXELS + c * 1024 + y * 32 + x] & 0xFF;
                            if (out[(y * 32 + x) * 3 + c] != (float) (value / 255.0)) {
                                throw new AssertionError("image " + i + ", pixel " + y + ", " + x + ", channel " + c);
                            }
                        }
                    }
                }
            }
        }
    }

    @Test
    void joinsTheFilesOfAFolder(@TempDir Path folder) throws IOException {
        for (int batch = 1; batch <= 5; batch++) {
            Files.write(folder.resolve("data_batch_" + batch + ".bin"), file(Labels.CIFAR_10, batch, batch, batch));
        }
        Files.write(folder.resolve("test_batch.bin"), file(Labels.CIFAR_10, 2, 8, 9));
        Files.write(folder.resolve("train.bin"), file(Labels.CIFAR_100_FINE, 3, 50, 9));
        ImageDataset train = Cifar.train(folder, Labels.CIFAR_10, PLAIN);
        assertThat(train.size()).isEqualTo(15);
        assertThat(train.label(1)).isEqualTo(2);
        assertThat(train.label(14)).isEqualTo(9);
        assertThat(Cifar.test(folder, Labels.CIFAR_10, PLAIN).size()).isEqualTo(2);
        assertThat(Cifar.train(folder, Labels.CIFAR_100_FINE, PLAIN).label(2)).isEqualTo(52);
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> Cifar.test(folder, Labels.CIFAR_100_COARSE, PLAIN));
        assertThatIllegalArgumentException().isThrownBy(() -> Cifar.read(List.of(), Labels.CIFAR_10, PLAIN));
    }

    @Test
    void refusesWhatIsNoRecord() {
        byte[] ten = file(Labels.CIFAR_10, 3, 0, 1);
        refuses(Labels.CIFAR_10, new byte[0], 0, "end of the data");
        refuses(Labels.CIFAR_10, Arrays.copyOf(ten, ten.length - 1), ten.length - 1, "end of the data");
        refuses(Labels.CIFAR_10, Arrays.copyOf(ten, 1), 1, "end of the data");
        byte[] wrong = ten.clone();
        wrong[PIXELS + 1] = 10;
        refuses(Labels.CIFAR_10, wrong, PIXELS + 1, "label = 10");
        byte[] hundred = file(Labels.CIFAR_100_FINE, 2, 0, 1);
        refuses(Labels.CIFAR_100_FINE, Arrays.copyOf(hundred, PIXELS + 3), PIXELS + 3, "end of the data");
        hundred[1] = 100;
        refuses(Labels.CIFAR_100_FINE, hundred, 1, "fine label = 100");
        hundred[0] = (byte) 255;
        refuses(Labels.CIFAR_100_COARSE, hundred, 0, "coarse label = 255");
    }

    private static void refuses(Labels kind, byte[] file, long offset, String found) {
        assertThatExceptionOfType(InvalidDataException.class)
                .isThrownBy(() -> read(file, kind))
                .satisfies(e -> assertThat(e.offset()).isEqualTo(offset))
                .satisfies(e -> assertThat(e.found()).isEqualTo(found));
    }

    @Test
    void normalisationsAreOneOrOneForEachChannel() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Cifar.read(
                        new ByteArrayInputStream(file(Labels.CIFAR_10, 1, 0, 1)),
                        "test.bin",
                        Labels.CIFAR_10,
                        List.of(Normalization.none(), Normalization.none())))
                .withMessageContaining("normalizations.size = 2");
    }
}
