package dev.flops.models.data;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Decompresses exactly one gzip member (RFC 1952) and insists that the file ends with it.
 *
 * <p>{@link java.util.zip.GZIPInputStream} silently ignores whatever follows the member and reports damage with the
 * same exceptions as a failing disk; here damage is an {@link InvalidDataException} that says where, and an
 * {@link IOException} always comes from the underlying stream.
 *
 * <p>Closing it releases the decompressor and leaves the underlying stream open.
 */
final class GzipInput extends InputStream {
    /** First byte of a gzip file. */
    static final int MAGIC_0 = 0x1F;

    /** Second byte of a gzip file. */
    static final int MAGIC_1 = 0x8B;

    /** Longest file name or comment that a header may hold, in bytes. */
    static final int MAX_HEADER_TEXT = 1 << 16;

    private static final int METHOD_DEFLATE = 8;
    private static final int FLAG_CHECKSUM = 2;
    private static final int FLAG_EXTRA = 4;
    private static final int FLAG_NAME = 8;
    private static final int FLAG_COMMENT = 16;
    private static final int FLAGS_RESERVED = 0xE0;

    private final InputStream in;
    private final String source;
    private final byte[] buffer = new byte[8192];
    private final CRC32 crc = new CRC32();
    private final Inflater inflater;
    private int position;
    private int limit;
    /** Offset in the file of {@code buffer[0]}. */
    private long bufferOffset;

    private boolean ended;

    /**
     * Reads the header.
     *
     * @param in the compressed bytes, the two of the magic number already read
     * @param source name for messages
     * @throws IOException if {@code in} throws it
     */
    GzipInput(InputStream in, String source) throws IOException {
        this.in = in;
        this.source = source;
        this.bufferOffset = 2;
        crc.update(MAGIC_0);
        crc.update(MAGIC_1);
        readHeader();
        crc.reset();
        inflater = new Inflater(true);
        inflater.setInput(buffer, position, limit - position);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] out, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (!ended) {
            int count = inflate(out, offset, length);
            if (count > 0) {
                crc.update(out, offset, count);
                return count;
            }
            if (inflater.finished()) {
                position = limit - inflater.getRemaining();
                readTrailer();
                ended = true;
            } else {
                position = limit;
                requireMore("compressed data");
                inflater.setInput(buffer, 0, limit);
            }
        }
        return -1;
    }

    @Override
    public void close() {
        inflater.end();
    }

    private int inflate(byte[] out, int offset, int length) {
        try {
            return inflater.inflate(out, offset, length);
        } catch (DataFormatException e) {
            long at = bufferOffset + limit - inflater.getRemaining();
            InvalidDataException invalid =
                    new InvalidDataException(source, at, "compressed data = " + e.getMessage(), "valid deflate blocks");
            invalid.initCause(e);
            throw invalid;
        }
    }

    private void readHeader() throws IOException {
        int method = next("compression method");
        require(method == METHOD_DEFLATE, 1, "compression method = " + method, "8 (deflate)");
        int flags = next("flags");
        require((flags & FLAGS_RESERVED) == 0, 1, "flags = " + flags, "the reserved bits (mask 0xE0) clear");
        // Modification time (4), extra flags, operating system: of no use here.
        for (int i = 0; i < 6; i++) {
            next("header");
        }
        if ((flags & FLAG_EXTRA) != 0) {
            int length = next("extra length") | next("extra length") << 8;
            for (int i = 0; i < length; i++) {
                next("extra field");
            }
        }
        if ((flags & FLAG_NAME) != 0) {
            skipText("file name");
        }
        if ((flags & FLAG_COMMENT) != 0) {
            skipText("comment");
        }
        if ((flags & FLAG_CHECKSUM) != 0) {
            long computed = crc.getValue() & 0xFFFF;
            long stored = next("header checksum") | next("header checksum") << 8;
            require(stored == computed, 2, "header checksum = " + stored, Long.toString(computed));
        }
    }

    private void skipText(String what) throws IOException {
        int length = 0;
        while (next(what) != 0) {
            length++;
            require(length <= MAX_HEADER_TEXT, 1, what + " length > " + MAX_HEADER_TEXT, "at most " + MAX_HEADER_TEXT);
        }
    }

    private void readTrailer() throws IOException {
        long computed = crc.getValue();
        long length = inflater.getBytesWritten() & 0xFFFF_FFFFL;
        long storedCrc = nextInt("checksum");
        require(storedCrc == computed, 4, "checksum = " + storedCrc, Long.toString(computed));
        long storedLength = nextInt("content length");
        require(storedLength == length, 4, "content length = " + storedLength, Long.toString(length));
        if (position < limit || fill()) {
            throw new InvalidDataException(
                    source, bufferOffset + position, "bytes after the compressed content", "the end of the file");
        }
    }

    /** Little-endian, unsigned. */
    private long nextInt(String what) throws IOException {
        long value = 0;
        for (int shift = 0; shift < 32; shift += 8) {
            value |= (long) next(what) << shift;
        }
        return value;
    }

    private int next(String what) throws IOException {
        if (position == limit) {
            requireMore(what);
        }
        int value = buffer[position++] & 0xFF;
        crc.update(value);
        return value;
    }

    private void requireMore(String what) throws IOException {
        if (!fill()) {
            throw new InvalidDataException(
                    source, bufferOffset + position, "end of the compressed file", "more (" + what + ")");
        }
    }

    private boolean fill() throws IOException {
        bufferOffset += limit;
        position = 0;
        limit = Math.max(0, in.read(buffer, 0, buffer.length));
        return limit > 0;
    }

    /** Requires {@code holds} of the field of {@code width} bytes just read. */
    private void require(boolean holds, int width, String found, String expected) {
        if (!holds) {
            throw new InvalidDataException(source, bufferOffset + position - width, found, expected);
        }
    }
}
