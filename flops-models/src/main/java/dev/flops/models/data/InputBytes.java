package dev.flops.models.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.Arrays;

/**
 * The bytes of an untrusted file from its beginning on, decompressed if they are gzip, with the place of the next one for
 * messages. Memory grows with the bytes that arrive, not with those that a header claims.
 */
final class InputBytes {
    private static final int FIRST_CHUNK = 1 << 16;

    private final InputStream in;
    private final String source;
    private long offset;

    private InputBytes(InputStream in, String source) {
        this.in = in;
        this.source = source;
    }

    /** A reader of one format. */
    interface Format<T> {
        T read(InputBytes bytes) throws IOException;
    }

    /** Reads a stream, plain or one gzip member, told apart by the first two bytes. The stream is not closed. */
    static <T> T read(InputStream in, String source, Format<T> format) throws IOException {
        PushbackInputStream plain = new PushbackInputStream(in, 2);
        byte[] magic = plain.readNBytes(2);
        if (magic.length < 2 || (magic[0] & 0xFF) != GzipInput.MAGIC_0 || (magic[1] & 0xFF) != GzipInput.MAGIC_1) {
            plain.unread(magic);
            return format.read(new InputBytes(plain, source));
        }
        try (GzipInput content = new GzipInput(in, source)) {
            return format.read(new InputBytes(content, source));
        }
    }

    /** Bytes read so far. */
    long offset() {
        return offset;
    }

    String source() {
        return source;
    }

    /** The next byte, or −1 at the end. */
    int next() throws IOException {
        int value = in.read();
        if (value >= 0) {
            offset++;
        }
        return value;
    }

    /** The next byte; {@code what} it belongs to is only for the message. */
    int nextOf(String what) throws IOException {
        int value = next();
        if (value < 0) {
            throw truncated(what);
        }
        return value;
    }

    /** The next {@code length} bytes; {@code what} names one of them for the message. */
    byte[] next(int length, String what) throws IOException {
        byte[] values = new byte[Math.min(length, FIRST_CHUNK)];
        int count = 0;
        while (count < length) {
            if (count == values.length) {
                values = Arrays.copyOf(values, (int) Math.min(length, 2L * count));
            }
            int read = in.read(values, count, values.length - count);
            if (read < 0) {
                offset += count;
                throw truncated(length + " " + what + ", of which " + count + " are there");
            }
            count += read;
        }
        offset += count;
        return values;
    }

    /** Requires that nothing follows; {@code after} is only for the message. */
    void requireEnd(String after) throws IOException {
        if (in.read() >= 0) {
            throw invalid(offset, "more bytes", "the end after " + after);
        }
    }

    InvalidDataException truncated(String missing) {
        return invalid(offset, "end of the data", missing);
    }

    InvalidDataException invalid(long at, String found, String expected) {
        return new InvalidDataException(source, at, found, expected);
    }
}
