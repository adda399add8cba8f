package dev.flops.models.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.management.ThreadMXBean;
import dev.flops.api.LabelledExamples;
import dev.flops.models.data.InvalidDataException;
import dev.flops.models.data.Normalization;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFolderTest {
    private static final int INPUTS = Integer.getInteger("flops.fuzz.inputs", 6_000);
    private static final List<Normalization> PLAIN = List.of(Normalization.none());

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void pngIsDecodedToItsSamples(boolean interlaced) {
        for (int type : new int[] {
            BufferedImage.TYPE_BYTE_GRAY,
            BufferedImage.TYPE_USHORT_GRAY,
            BufferedImage.TYPE_3BYTE_BGR,
            BufferedImage.TYPE_4BYTE_ABGR,
            BufferedImage.TYPE_INT_RGB,
            BufferedImage.TYPE_BYTE_INDEXED,
            BufferedImage.TYPE_BYTE_BINARY
        }) {
            for (int side = 1; side < 20; side += 3) {
                BufferedImage image = PictureFiles.random(type, side, side + 1, 100L * type + side);
                Picture picture = ImageFolder.decode("test", PictureFiles.write(image, "png", interlaced));
                assertSamples(picture, image);
            }
        }
    }

    private static void assertSamples(Picture picture, BufferedImage image) {
        ImageShape shape = picture.shape();
        assertThat(shape.height()).isEqualTo(image.getHeight());
        assertThat(shape.width()).isEqualTo(image.getWidth());
        for (int y = 0; y < shape.height(); y++) {
            for (int x = 0; x < shape.width(); x++) {
                for (int c = 0; c < shape.channels(); c++) {
                    int expected = switch (image.getType()) {
                        case BufferedImage.TYPE_BYTE_GRAY -> image.getRaster().getSample(x, y, 0);
                        case BufferedImage.TYPE_USHORT_GRAY -> image.getRaster().getSample(x, y, 0) >> 8;
                        default -> image.getRGB(x, y) >> (16 - 8 * c) & 0xFF;
                    };
                    int found = picture.pixels()[(y * shape.width() + x) * shape.channels() + c] & 0xFF;
                    if (found != expected) {
                        throw new AssertionError("type " + image.getType() + ", (" + y + ", " + x + ", " + c + ") = "
                                + found + ", expected " + expected);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void jpegIsDecodedNearlyToItsSamples(boolean progressive) {
        for (int type : new int[] {BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_3BYTE_BGR}) {
            BufferedImage image = PictureFiles.smooth(type, 20, 13);
            Picture picture = ImageFolder.decode("test", PictureFiles.write(image, "jpeg", progressive));
            assertThat(picture.shape()).isEqualTo(new ImageShape(13, 20, type == BufferedImage.TYPE_BYTE_GRAY ? 1 : 3));
            int channels = picture.shape().channels();
            for (int i = 0; i < picture.pixels().length; i++) {
                int expected = image.getRaster().getSample(i / channels % 20, i / channels / 20, i % channels);
                assertThat(picture.pixels()[i] & 0xFF).isCloseTo(expected, Offset.offset(4));
            }
        }
    }

    private static Path folder(Path root) throws IOException {
        for (String name : List.of("zebra", "ant", "Bee")) {
            Path folder = Files.createDirectories(root.resolve(name));
            Files.writeString(folder.resolve("notes.txt"), "no picture");
            Files.writeString(folder.resolve(".hidden.png"), "no picture");
            for (int i = 0; i < 2; i++) {
                BufferedImage image = PictureFiles.random(BufferedImage.TYPE_3BYTE_BGR, 6 + i, 4, name.charAt(0) + i);
                Files.write(folder.resolve((1 - i) + ".PNG"), PictureFiles.write(image, "png", false));
            }
        }
        BufferedImage grey = PictureFiles.smooth(BufferedImage.TYPE_BYTE_GRAY, 5, 5);
        Files.write(root.resolve("ant/2.jpeg"), PictureFiles.write(grey, "jpeg", false));
        Files.writeString(root.resolve("readme.md"), "no class");
        return root;
    }

    @Test
    void classesAndFilesAreSorted(@TempDir Path root) throws IOException {
        ImageFolder all = ImageFolder.list(folder(root));
        assertThat(all.classNames()).containsExactly("Bee", "ant", "zebra");
        assertThat(all.files().stream()
                        .map(file -> root.relativize(file).toString().replace('\\', '/')))
                .containsExactly(
                        "Bee/0.PNG", "Bee/1.PNG", "ant/0.PNG", "ant/1.PNG", "ant/2.jpeg", "zebra/0.PNG", "zebra/1.PNG");
        LabelledExamples data = all.examples(new ImageShape(4, 6, 3), PLAIN);
        assertThat(data.size()).isEqualTo(7);
        assertThat(data.classes()).isEqualTo(3);
        assertThat(data.label(1)).isEqualTo(0);
        assertThat(data.label(4)).isEqualTo(1);
        assertThat(data.exampleShape()).containsExactly(4, 6, 3);
        // The file 1.PNG is 6 wide and 4 high: read as it is.
        float[] out = new float[73];
        data.readInto(1, out, 1);
        BufferedImage image = PictureFiles.random(BufferedImage.TYPE_3BYTE_BGR, 6, 4, 'B');
        for (int i = 0; i < 72; i++) {
            assertThat(out[1 + i]).isEqualTo(image.getRaster().getSample(i / 3 % 6, i / 18, i % 3) / 255f);
        }
    }

    @Test
    void picturesAreCroppedResizedAndNormalised(@TempDir Path root) throws IOException {
        LabelledExamples data =
                ImageFolder.list(folder(root)).examples(new ImageShape(2, 2, 1), List.of(new Normalization(0.5, 0.25)));
        float[] out = new float[4];
        data.readInto(1, out, 0);
        BufferedImage image = PictureFiles.random(BufferedImage.TYPE_3BYTE_BGR, 6, 4, 'B');
        // Of 4 x 6 the middle 4 x 4; with antialiasing 2 from 4 has the weights 1, 3, 3, 1 cut at the border: 3, 3, 1.
        double[][] weights = {{3 / 7.0, 3 / 7.0, 1 / 7.0, 0}, {0, 1 / 7.0, 3 / 7.0, 3 / 7.0}};
        for (int i = 0; i < 4; i++) {
            double sum = 0;
            for (int y = 0; y < 4; y++) {
                for (int x = 0; x < 4; x++) {
                    int[] rgb = image.getRaster().getPixel(x + 1, y, (int[]) null);
                    double luma = (0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2]) / 255;
                    sum += weights[i / 2][y] * weights[i % 2][x] * luma;
                }
            }
            assertThat((double) out[i]).isCloseTo((sum - 0.5) / 0.25, Offset.offset(1e-6));
        }
    }

    @Test
    void refusesFolders(@TempDir Path root) throws IOException {
        refuses(root, "folders = 0");
        Files.createDirectory(root.resolve("a"));
        refuses(root, "no picture");
        Files.write(root.resolve("a/1.png"), new byte[3]);
        refuses(root, "folders = 1");
        Files.createDirectory(root.resolve("b"));
        Files.createSymbolicLink(root.resolve("b/1.png"), root.resolve("a/1.png"));
        refuses(root, "a symbolic link");
        Files.delete(root.resolve("b/1.png"));
        Files.write(root.resolve("b/1.png"), new byte[3]);
        ImageFolder all = ImageFolder.list(root);
        LabelledExamples data = all.examples(new ImageShape(2, 2, 1), PLAIN);
        assertThatExceptionOfType(InvalidDataException.class)
                .isThrownBy(() -> data.readInto(0, new float[4], 0))
                .withMessageContaining("1.png, byte 0: signature");
        Files.delete(root.resolve("b/1.png"));
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> data.readInto(1, new float[4], 0))
                .withMessageContaining("1.png");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        all.examples(new ImageShape(2, 2, 3), List.of(Normalization.none(), Normalization.none())));
        assertThatIllegalArgumentException().isThrownBy(() -> all.examples(new ImageShape(2, 2, 2), PLAIN));
    }

    private static void refuses(Path root, String found) {
        assertThatExceptionOfType(InvalidDataException.class)
                .isThrownBy(() -> ImageFolder.list(root))
                .withMessageContaining(found);
    }

    /** A chunk or header that claims more than the file has is refused without memory for it. */
    @Test
    void claimsCostNoMemory() {
        byte[] png = PictureFiles.write(PictureFiles.random(BufferedImage.TYPE_BYTE_GRAY, 4, 4, 1), "png", false);
        byte[] large = png.clone();
        ByteBuffer.wrap(large).putInt(16, 5000).putInt(20, 5000);
        fixChecksum(large, 8);
        refusesCheaply(large, "pixels of 20 bytes");
        byte[] larger = png.clone();
        ByteBuffer.wrap(larger).putInt(16, 1 << 30).putInt(20, 1 << 30);
        fixChecksum(larger, 8);
        refusesCheaply(larger, "size = 1073741824 x 1073741824");
        byte[] chunk = png.clone();
        ByteBuffer.wrap(chunk).putInt(33, Integer.MAX_VALUE);
        refusesCheaply(chunk, "chunk length = 2147483647");
        byte[] jpeg = PictureFiles.write(PictureFiles.smooth(BufferedImage.TYPE_BYTE_GRAY, 8, 8), "jpeg", false);
        int frame = 0;
        while (jpeg[frame] != (byte) 0xFF || jpeg[frame + 1] != (byte) 0xC0) {
            frame++;
        }
        ByteBuffer.wrap(jpeg).putShort(frame + 5, (short) 60000).putShort(frame + 7, (short) 500);
        refusesCheaply(jpeg, "size = 500 x 60000");
    }

    private static void fixChecksum(byte[] png, int chunk) {
        ByteBuffer file = ByteBuffer.wrap(png);
        int length = file.getInt(chunk);
        CRC32 crc = new CRC32();
        crc.update(png, chunk + 4, length + 4);
        file.putInt(chunk + 8 + length, (int) crc.getValue());
    }

    private static void refusesCheaply(byte[] file, String found) {
        long before = allocated();
        assertThatExceptionOfType(InvalidDataException.class)
                .isThrownBy(() -> ImageFolder.decode("test", file))
                .withMessageContaining(found);
        assertThat(allocated() - before).isLessThan(1 << 20);
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    @Test
    void damageIsRefusedOrHarmless() {
        List<byte[]> files = List.of(
                PictureFiles.write(PictureFiles.random(BufferedImage.TYPE_BYTE_GRAY, 9, 7, 1), "png", true),
                PictureFiles.write(PictureFiles.random(BufferedImage.TYPE_BYTE_INDEXED, 9, 7, 2), "png", false),
                PictureFiles.write(PictureFiles.random(BufferedImage.TYPE_4BYTE_ABGR, 5, 7, 3), "png", false),
                PictureFiles.write(PictureFiles.smooth(BufferedImage.TYPE_3BYTE_BGR, 17, 9), "jpeg", false),
                PictureFiles.write(PictureFiles.smooth(BufferedImage.TYPE_3BYTE_BGR, 17, 9), "jpeg", true));
        SplittableRandom random = new SplittableRandom(41);
        int accepted = 0;
        for (int input = 0; input < INPUTS; input++) {
            byte[] file = files.get(input % files.size()).clone();
            for (int damage = random.nextInt(3); damage >= 0; damage--) {
                file = damaged(file, random);
            }
            long before = allocated();
            try {
                Picture picture = ImageFolder.decode("fuzz", file);
                assertThat(picture.pixels()).hasSize(picture.shape().length());
                accepted++;
            } catch (InvalidDataException e) {
                assertThat(e.source()).isEqualTo("fuzz");
            } catch (RuntimeException | Error e) {
                throw new AssertionError(
                        "input " + input + " = " + HexFormat.of().formatHex(file), e);
            }
            if (allocated() - before > (1 << 20) + 8L * 1024 * file.length) {
                throw new AssertionError(
                        "input " + input + " = " + HexFormat.of().formatHex(file));
            }
        }
        assertThat(accepted).isBetween(INPUTS / 100, INPUTS * 9 / 10);
    }

    private static byte[] damaged(byte[] file, SplittableRandom random) {
        int at = random.nextInt(2, file.length);
        switch (random.nextInt(6)) {
            case 0 -> file[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> file[at] = (byte) random.nextInt(256);
            case 2 -> {
                return Arrays.copyOf(file, at + 1);
            }
            case 3 -> {
                return Arrays.copyOf(file, file.length + 1 + random.nextInt(4));
            }
            default -> changeAChunk(file, random);
        }
        return file;
    }

    /** Damage behind the checksums: a byte of a chunk of a PNG file, with the checksum made right again. */
    private static void changeAChunk(byte[] file, SplittableRandom random) {
        int chunk = 8;
        for (int skip = random.nextInt(3); chunk + 12 <= file.length; skip--) {
            int length = ByteBuffer.wrap(file).getInt(chunk);
            if (length < 0 || length > file.length - chunk - 12) {
                return;
            }
            if (skip <= 0 && length > 0) {
                file[chunk + 8 + random.nextInt(length)] = (byte) random.nextInt(random.nextBoolean() ? 256 : 9);
                fixChecksum(file, chunk);
                return;
            }
            chunk += length + 12;
        }
    }

    @Test
    void withoutTheDesktopModuleFoldersAreListedAndTheErrorNamesIt(@TempDir Path root) throws Exception {
        folder(root);
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--limit-modules",
                        "java.base",
                        "-cp",
                        classPath,
                        WithoutDesktop.class.getName(),
                        root.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(output.strip())
                .isEqualTo(
                        "7 module java.desktop is not there, expected it for PNG and JPEG: --add-modules java.desktop");
    }

    /** Runs in a JVM of java.base alone. */
    static final class WithoutDesktop {
        private WithoutDesktop() {}

        public static void main(String[] arguments) throws IOException {
            ImageFolder all = ImageFolder.list(Path.of(arguments[0]));
            try {
                all.examples(new ImageShape(1, 1, 1), List.of(Normalization.none()));
            } catch (IllegalStateException e) {
                System.out.println(all.files().size() + " " + e.getMessage());
            }
        }
    }
}
