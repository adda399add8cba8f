package dev.flops.bench.fuzz;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.flops.bench.fuzz.FuzzedReader.Framing;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.GZIPOutputStream;

/** Framings of the formats. */
final class Framings {
    /** Nothing, or one gzip member. */
    static final Framing GZIP = (content, random) -> random.nextBoolean() ? content : gzip(content);

    /** Length of the header, which ends with the last closing brace. */
    static final Framing SAFETENSORS = (content, random) -> withLength(content);

    /** Length and digest. */
    static final Framing CHECKPOINT = (content, random) -> SignedCheckpoint.of(withLength(content));

    /** Magic number, one of the versions, length of the header, which ends with the line of the last closing brace. */
    static final Framing NPY = (content, random) -> numpy(content, 1 + random.nextInt(3));

    private Framings() {}

    private static byte[] numpy(byte[] content, int version) {
        int length = Math.min(content.length, afterLast('}', content) + 1);
        ByteBuffer file =
                ByteBuffer.allocate((version == 1 ? 10 : 12) + content.length).order(ByteOrder.LITTLE_ENDIAN);
        file.put((byte) 0x93)
                .put("NUMPY".getBytes(US_ASCII))
                .put((byte) version)
                .put((byte) 0);
        if (version == 1) {
            file.putShort((short) length);
        } else {
            file.putInt(length);
        }
        return file.put(content).array();
    }

    private static int afterLast(char character, byte[] content) {
        int length = content.length;
        while (length > 0 && content[length - 1] != character) {
            length--;
        }
        return length;
    }

    private static byte[] withLength(byte[] content) {
        return ByteBuffer.allocate(Long.BYTES + content.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(afterLast('}', content))
                .put(content)
                .array();
    }

    private static byte[] gzip(byte[] content) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(file)) {
            out.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file.toByteArray();
    }
}
