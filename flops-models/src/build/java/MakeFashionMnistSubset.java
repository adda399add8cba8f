import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Makes the Fashion-MNIST subset that flops-models embeds: of each class the first images in file order, kept in file
 * order.
 *
 * <p>Usage: {@code java MakeFashionMnistSubset.java SOURCE TARGET}, where SOURCE holds the four original files (as
 * {@code *.gz}) and TARGET is the resource folder. Prints the SHA-256 of every file written, compressed and
 * decompressed. The decompressed bytes depend on nothing but the originals, whose SHA-256 is checked; the compressed
 * ones also on the JDK's zlib.
 */
final class MakeFashionMnistSubset {
    private static final int CLASSES = 10;
    private static final int SIDE = 28;
    private static final int PIXELS = SIDE * SIDE;
    private static final int IMAGE_MAGIC = 0x0803;
    private static final int LABEL_MAGIC = 0x0801;
    private static final int IMAGE_HEADER = 16;
    private static final int LABEL_HEADER = 8;

    private MakeFashionMnistSubset() {}

    /** One half of the data set: its file prefix, the images to keep per class, the SHA-256 of its decompressed files. */
    private record Part(String prefix, int perClass, String imagesSha256, String labelsSha256) {}

    private static final Part TRAIN = new Part(
            "train",
            600,
            "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
            "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9");

    private static final Part TEST = new Part(
            "t10k",
            200,
            "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
            "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34");

    public static void main(String[] args) throws IOException {
        if (args.length != 2) {
            System.err.println("usage: java MakeFashionMnistSubset.java SOURCE TARGET");
            System.exit(2);
        }
        make(TRAIN, Path.of(args[0]), Path.of(args[1]), System.out);
        make(TEST, Path.of(args[0]), Path.of(args[1]), System.out);
    }

    private static void make(Part part, Path source, Path target, PrintStream log) throws IOException {
        String imagesName = part.prefix() + "-images-idx3-ubyte.gz";
        String labelsName = part.prefix() + "-labels-idx1-ubyte.gz";
        byte[] images = readOriginal(source.resolve(imagesName), part.imagesSha256());
        byte[] labels = readOriginal(source.resolve(labelsName), part.labelsSha256());
        int[] chosen = firstOfEachClass(labels, part.perClass());

        ByteBuffer keptImages = ByteBuffer.allocate(IMAGE_HEADER + chosen.length * PIXELS);
        keptImages.putInt(IMAGE_MAGIC).putInt(chosen.length).putInt(SIDE).putInt(SIDE);
        ByteBuffer keptLabels = ByteBuffer.allocate(LABEL_HEADER + chosen.length);
        keptLabels.putInt(LABEL_MAGIC).putInt(chosen.length);
        for (int example : chosen) {
            keptImages.put(images, IMAGE_HEADER + example * PIXELS, PIXELS);
            keptLabels.put(labels[LABEL_HEADER + example]);
        }
        write(target.resolve(imagesName), keptImages.array(), log);
        write(target.resolve(labelsName), keptLabels.array(), log);
    }

    private static byte[] readOriginal(Path file, String expectedSha256) throws IOException {
        byte[] content;
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            content = in.readAllBytes();
        }
        String found = sha256(content);
        if (!found.equals(expectedSha256)) {
            throw new IOException(file + ": SHA-256 of the content = " + found + ", expected " + expectedSha256);
        }
        return content;
    }

    private static int[] firstOfEachClass(byte[] labels, int perClass) {
        int[] taken = new int[CLASSES];
        int[] chosen = new int[CLASSES * perClass];
        int count = 0;
        for (int example = 0; example < labels.length - LABEL_HEADER; example++) {
            int label = labels[LABEL_HEADER + example];
            if (taken[label] < perClass) {
                taken[label]++;
                chosen[count++] = example;
            }
        }
        if (count != chosen.length) {
            throw new IllegalStateException("images per class = " + Arrays.toString(taken) + ", expected " + perClass);
        }
        return chosen;
    }

    private static void write(Path file, byte[] content, PrintStream log) throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (OutputStream out = new SmallestGzip(compressed)) {
            out.write(content);
        }
        Files.write(file, compressed.toByteArray());
        log.printf(
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
