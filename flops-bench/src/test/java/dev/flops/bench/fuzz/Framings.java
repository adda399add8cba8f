package dev.flops.bench.fuzz;

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

    private Framings() {}

    private static byte[] withLength(byte[] content) {
        int length = content.length;
        while (length > 0 && content[length - 1] != '}') {
            length--;
        }
        return ByteBuffer.allocate(Long.BYTES + content.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
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
