package dev.flops.bench.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.flops.api.LabelledExamples;
import dev.flops.bench.task.DataConfig.DataChoice;
import dev.flops.models.data.InvalidDataException;
import dev.flops.tensor.Shape;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import javax.imageio.ImageIO;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every format from files to normalised examples of the network's shape. */
final class OwnDataTest {
    private static final Shape GREY = Shape.of(28, 28, 1);

    @TempDir
    private Path folder;

    /** An NPY file of unsigned bytes. */
    static void npy(Path file, String shape, byte[] values) throws IOException {
        byte[] header = ("{'descr': '|u1', 'fortran_order': False, 'shape': " + shape + ", }\n")
                .getBytes(StandardCharsets.US_ASCII);
        ByteBuffer bytes =
                ByteBuffer.allocate(10 + header.length + values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put((byte) 0x93)
                .put("NUMPY".getBytes(StandardCharsets.US_ASCII))
                .put((byte) 1)
                .put((byte) 0);
        bytes.putShort((short) header.length).put(header).put(values);
        Files.write(file, bytes.array());
    }

    /** Images of 4 x 4: of class k = i mod classes, all 20 k + i. */
    static void npyFolder(Path folder, String part, int images, int classes) throws IOException {
        byte[] pixels = new byte[images * 16];
        byte[] labels = new byte[images];
        for (int i = 0; i < images; i++) {
            labels[i] = (byte) (i % classes);
            Arrays.fill(pixels, 16 * i, 16 * i + 16, (byte) (20 * labels[i] + i));
        }
        npy(folder.resolve(part + "-images.npy"), "(" + images + ", 4, 4)", pixels);
        npy(folder.resolve(part + "-labels.npy"), "(" + images + ",)", labels);
    }

    static void pictures(Path folder, int classes, int perClass) throws IOException {
        for (int k = 0; k < classes; k++) {
            Path own = Files.createDirectories(folder.resolve("class" + k));
            for (int i = 0; i < perClass; i++) {
                BufferedImage image = new BufferedImage(9, 6, BufferedImage.TYPE_3BYTE_BGR);
                for (int p = 0; p < 54; p++) {
                    image.setRGB(p % 9, p / 9, 0x201000 * k + 0x000305 * (i + p));
                }
                ImageIO.write(image, "png", own.resolve(i + ".png").toFile());
            }
        }
    }

    private static void assertNormalised(ReadData data, Shape shape) {
        LabelledExamples train = data.train();
        assertThat(train.exampleShape()).isEqualTo(shape.toArray());
        assertThat(data.test().exampleShape()).isEqualTo(shape.toArray());
        int channels = shape.extent(2);
        float[] image = new float[train.exampleLength()];
        for (int c = 0; c < channels; c++) {
            double sum = 0;
            double squares = 0;
            for (int i = 0; i < train.size(); i++) {
                train.readInto(i, image, 0);
                for (int j = c; j < image.length; j += channels) {
                    sum += image[j];
                    squares += (double) image[j] * image[j];
                }
            }
            double count = (double) train.size() * image.length / channels;
            assertThat(sum / count).isCloseTo(0, Offset.offset(1e-5));
            assertThat(squares / count).isCloseTo(1, Offset.offset(1e-5));
        }
    }

    @Test
    void npyWithoutTestPartHoldsOutEveryFifth() throws IOException {
        npyFolder(folder, "train", 33, 3);
        ReadData data = OwnData.read(DataChoice.NPY, folder, GREY);
        assertNormalised(data, GREY);
        assertThat(data.train().classes()).isEqualTo(3);
        assertThat(TaskData.classCounts(data.train())).containsExactly(9, 9, 9);
        assertThat(TaskData.classCounts(data.test())).containsExactly(2, 2, 2);
        // The first of the held-out: example 12, of class 0, and so 12 everywhere; one more is 1/255 of the scale more.
        float[] first = new float[784];
        float[] second = new float[784];
        data.test().readInto(0, first, 0);
        data.test().readInto(1, second, 0);
        double deviation = Double.parseDouble(data.normalization().replaceAll(".*/ ([0-9.Ee-]+) of.*", "$1"));
        assertThat(data.test().label(1)).isEqualTo(1);
        assertThat((double) second[400] - first[400]).isCloseTo(21 / 255.0 / deviation, Offset.offset(1e-5));
        assertThat(first).containsOnly(first[0]);
    }

    @Test
    void npyWithTestPart() throws IOException {
        npyFolder(folder, "train", 12, 3);
        npyFolder(folder, "test", 4, 2);
        ReadData data = OwnData.read(DataChoice.NPY, folder, GREY);
        assertNormalised(data, GREY);
        assertThat(data.train().size()).isEqualTo(12);
        assertThat(data.test().size()).isEqualTo(4);
        npyFolder(folder, "test", 8, 4);
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> OwnData.read(DataChoice.NPY, folder, GREY))
                .withMessageContaining("classes to test = 4, expected at most 3");
    }

    @Test
    void picturesWithAndWithoutTestPart() throws IOException {
        pictures(folder.resolve("train"), 3, 5);
        ReadData held = OwnData.read(DataChoice.FOLDER, folder.resolve("train"), GREY);
        assertNormalised(held, GREY);
        assertThat(TaskData.classCounts(held.train())).containsExactly(4, 4, 4);
        pictures(folder.resolve("test"), 3, 2);
        Shape colour = Shape.of(5, 7, 3);
        ReadData parts = OwnData.read(DataChoice.FOLDER, folder, colour);
        assertNormalised(parts, colour);
        assertThat(parts.train().size()).isEqualTo(15);
        assertThat(parts.test().size()).isEqualTo(6);
        pictures(folder.resolve("test"), 4, 2);
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> OwnData.read(DataChoice.FOLDER, folder, colour))
                .withMessageContaining("expected those of train, [class0, class1, class2]");
    }

    @Test
    void cifar() throws IOException {
        byte[] record = new byte[3073];
        for (int batch = 0; batch < 6; batch++) {
            ByteBuffer file = ByteBuffer.allocate(3073 * 4);
            for (int i = 0; i < 4; i++) {
                Arrays.fill(record, (byte) (17 * batch + i));
                record[1] = (byte) 200;
                record[0] = (byte) ((4 * batch + i) % 10);
                file.put(record);
            }
            String name = batch == 5 ? "test_batch.bin" : "data_batch_" + (batch + 1) + ".bin";
            Files.write(folder.resolve(name), file.array());
        }
        ReadData data = OwnData.read(DataChoice.CIFAR10, folder, GREY);
        assertNormalised(data, GREY);
        assertThat(data.train().size()).isEqualTo(20);
        assertThat(data.train().classes()).isEqualTo(10);
        assertThat(data.test().label(0)).isZero();
        assertNormalised(OwnData.read(DataChoice.CIFAR10, folder, Shape.of(32, 32, 3)), Shape.of(32, 32, 3));
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> OwnData.read(DataChoice.CIFAR100, folder, GREY));
    }

    @Test
    void idxOfAnySizeAndClasses() throws IOException {
        ByteBuffer images = ByteBuffer.allocate(16 + 20 * 6);
        images.putInt(0x0803).putInt(20).putInt(2).putInt(3);
        ByteBuffer labels = ByteBuffer.allocate(8 + 20).putInt(0x0801).putInt(20);
        for (int i = 0; i < 20; i++) {
            labels.put((byte) (i % 4));
            images.put(new byte[] {(byte) i, 1, 2, 3, 4, 5});
        }
        Files.write(folder.resolve("train-images-idx3-ubyte"), images.array());
        Files.write(folder.resolve("train-labels-idx1-ubyte"), labels.array());
        ReadData data = OwnData.read(DataChoice.IDX, folder, GREY);
        assertNormalised(data, GREY);
        assertThat(TaskData.classCounts(data.train())).containsExactly(4, 4, 4, 4);
        assertThat(data.test().size()).isEqualTo(4);
        Files.write(folder.resolve("t10k-images-idx3-ubyte"), images.array());
        labels.put(8, (byte) 9);
        Files.write(folder.resolve("t10k-labels-idx1-ubyte"), labels.array());
        assertThatExceptionOfType(InvalidDataException.class)
                .isThrownBy(() -> OwnData.read(DataChoice.IDX, folder, GREY))
                .withMessageContaining("label of example 0 = 9");
    }

    @Test
    void refusesWhatCannotBeLearned() throws IOException {
        npyFolder(folder, "train", 7, 2);
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> OwnData.read(DataChoice.NPY, folder, GREY))
                .withMessageContaining("n = 5, expected at most 4, the number of examples of class 0");
        npy(folder.resolve("train-images.npy"), "(7, 1, 1)", new byte[7]);
        npyFolder(folder, "test", 4, 2);
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> OwnData.read(DataChoice.NPY, folder, GREY))
                .withMessageContaining("standard deviation of channel 0 = 0.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DataConfig(DataChoice.NPY, Optional.empty(), 0))
                .withMessage("data = npy without data-dir, expected the folder to read");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DataConfig(DataChoice.DIGITS, Optional.empty(), 0, OptionalInt.of(0)));
    }
}
