import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Makes the IDX files of the UCI digits that flops-models embeds from the table that scikit-learn ships: pixels and labels
 * unchanged, in its order.
 *
 * <p>Usage: {@code java MakeUciDigits.java digits.csv.gz TARGET}, where TARGET is the resource folder. Prints the SHA-256 of
 * every file written, compressed and decompressed.
 */
final class MakeUciDigits {
    private static final String SHA256 = "46abec6b12486ad9e51943373abcf22bbea1b5a51a1619b361570d8893f1464a";
    private static final int SIDE = 8;
    private static final int PIXELS = SIDE * SIDE;
    private static final int IMAGE_MAGIC = 0x0803;
    private static final int LABEL_MAGIC = 0x0801;

    private MakeUciDigits() {}

    public static void main(String[] args) throws IOException {
        if (args.length != 2) {
            System.err.println("usage: java MakeUciDigits.java digits.csv.gz TARGET");
            System.exit(2);
        }
        byte[] source = Files.readAllBytes(Path.of(args[0]));
        if (!sha256(source).equals(SHA256)) {
            throw new IOException(args[0] + ": SHA-256 = " + sha256(source) + ", expected " + SHA256);
        }
        List<String> lines;
        try (BufferedReader in = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(Path.of(args[0]))), StandardCharsets.US_ASCII))) {
            lines = in.lines().toList();
        }
        ByteBuffer images = ByteBuffer.allocate(16 + lines.size() * PIXELS);
        images.putInt(IMAGE_MAGIC).putInt(lines.size()).putInt(SIDE).putInt(SIDE);
        ByteBuffer labels = ByteBuffer.allocate(8 + lines.size());
        labels.putInt(LABEL_MAGIC).putInt(lines.size());
        for (String line : lines) {
            String[] values = line.split(",", -1);
            for (int i = 0; i < PIXELS; i++) {
                images.put(Byte.parseByte(values[i]));
            }
            labels.put(Byte.parseByte(values[PIXELS]));
        }
        write(Path.of(args[1], "digits-images-idx3-ubyte.gz"), images.array());
        write(Path.of(args[1], "digits-labels-idx1-ubyte.gz"), labels.array());
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
