package dev.flops.models.data;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.flops.api.LabelledExamples;
import dev.flops.models.data.Cifar.Labels;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Damaged CIFAR and NPY files are read, or refused with the documented exception, in memory that follows their size. */
class ReaderFuzzTest {
    private static final int INPUTS = Integer.getInteger("flops.fuzz.inputs", 20_000);
    private static final List<Normalization> PLAIN = List.of(Normalization.none());
    private static final String[] TOKENS = {
        "'descr'",
        "'shape'",
        "'fortran_order'",
        "'<i8'",
        "'>f4'",
        "'|u1'",
        "True",
        "False",
        "(",
        ")",
        ",",
        "{",
        "}",
        "1",
        "99999999999",
        "2147483647",
        "-",
        "'",
        " ",
        "\u0000",
        "\u00e9",
        "1073741824,"
    };

    /** Reads a file whole; returns whether it was accepted. */
    private interface Reader {
        void read(byte[] file) throws IOException;
    }

    private static void readNpy(byte[] file) throws IOException {
        NpyArray array = NpyReader.read(new ByteArrayInputStream(file), "fuzz");
        for (int i = 0; i < array.length(); i++) {
            double value = array.getDouble(i);
            if (array.type().isInteger() && (double) array.getLong(i) != value) {
                throw new AssertionError("element " + i + " = " + value);
            }
        }
        assertThat((long) array.length() * array.type().bytes()).isLessThanOrEqualTo(1L << 20);
    }

    private static void readNpyDataset(byte[] file) throws IOException {
        NpyArray labels =
                NpyBytes.read(NpyBytes.array(NpyType.I4, ByteOrder.LITTLE_ENDIAN, new int[] {2}, new long[2]));
        readWhole(NpyDataset.of(NpyReader.read(new ByteArrayInputStream(file), "fuzz"), labels, PLAIN));
    }

    private static void readCifar(byte[] file) throws IOException {
        readWhole(Cifar.read(new ByteArrayInputStream(file), "fuzz", Labels.CIFAR_10, PLAIN));
    }

    private static void readWhole(LabelledExamples data) {
        float[] out = new float[data.exampleLength()];
        for (int i = 0; i < data.size(); i++) {
            data.readInto(i, out, 0);
            if (data.label(i) < 0 || data.label(i) >= data.classes()) {
                throw new AssertionError("label " + data.label(i));
            }
        }
    }

    @Test
    void npy() {
        byte[] images = NpyBytes.array(
                NpyType.U1, ByteOrder.LITTLE_ENDIAN, new int[] {2, 2, 2}, new long[] {1, 2, 3, 4, 5, 6, 7, 8});
        byte[] vectors = NpyBytes.array(NpyType.F8, ByteOrder.BIG_ENDIAN, new int[] {2, 1}, new long[] {1, -7});
        byte[] later = NpyBytes.file(3, NpyBytes.header("<i8", 2, 1), new byte[16]);
        List<byte[]> files = List.of(images, vectors, later, IdxBytes.gzip(vectors));
        assertThat(accepted(files, ReaderFuzzTest::readNpy, 31)).isBetween(INPUTS / 100, INPUTS / 2);
        assertThat(accepted(files, ReaderFuzzTest::readNpyDataset, 32)).isBetween(INPUTS / 100, INPUTS / 2);
    }

    @Test
    void cifar() {
        List<byte[]> files = List.of(
                CifarTest.file(Labels.CIFAR_10, 2, 0, 1), IdxBytes.gzip(CifarTest.file(Labels.CIFAR_10, 1, 0, 1)));
        assertThat(accepted(files, ReaderFuzzTest::readCifar, 33)).isBetween(INPUTS / 100, INPUTS / 2);
    }

    private static int accepted(List<byte[]> files, Reader reader, long seed) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        SplittableRandom random = new SplittableRandom(seed);
        int accepted = 0;
        for (int input = 0; input < INPUTS; input++) {
            byte[] file = files.get(input % files.size()).clone();
            for (int damage = random.nextInt(3); damage >= 0; damage--) {
                file = damaged(file, random);
            }
            long before = threads.getCurrentThreadAllocatedBytes();
            try {
                reader.read(file);
                accepted++;
            } catch (InvalidDataException e) {
                assertThat(e.source()).isIn("fuzz", NpyBytes.SOURCE);
            } catch (IOException | RuntimeException | AssertionError e) {
                throw new AssertionError(
                        "input " + input + " = " + HexFormat.of().formatHex(file), e);
            }
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            if (allocated > (1 << 19) + 64L * file.length) {
                throw new AssertionError("input " + input + " of " + file.length + " bytes took " + allocated);
            }
        }
        return accepted;
    }

    private static byte[] damaged(byte[] file, SplittableRandom random) {
        if (file.length == 0) {
            return file;
        }
        int at = random.nextInt(random.nextBoolean() ? file.length : Math.min(file.length, 90));
        switch (random.nextInt(6)) {
            case 0 -> file[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> file[at] = (byte) random.nextInt(256);
            case 2 -> file[at] = (byte) ('0' + random.nextInt(10));
            case 3 -> {
                return Arrays.copyOf(file, at);
            }
            case 4 -> {
                return Arrays.copyOf(file, file.length + 1 + random.nextInt(4));
            }
            default -> {
                byte[] token = TOKENS[random.nextInt(TOKENS.length)].getBytes(StandardCharsets.ISO_8859_1);
                System.arraycopy(token, 0, file, at, Math.min(token.length, file.length - at));
            }
        }
        return file;
    }
}
