package dev.flops.models.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * Reads IDX files of unsigned bytes, the format of MNIST and its relatives, plain or compressed with gzip (told apart
 * by their first two bytes, not by their name).
 *
 * <pre>
 *   offset 0      0x00 0x00
 *   offset 2      type of the values: 0x08, unsigned byte
 *   offset 3      rank R, 1 to {@value #MAX_RANK}
 *   offset 4      R extents, unsigned 32-bit, big-endian, outermost first
 *   offset 4+4R   the values, row-major, to the end of the file
 * </pre>
 *
 * <p>Files are untrusted. Rank, extents and size are checked against the limits here before anything is allocated for
 * the values, and memory grows with the bytes that arrive, not with those that the header claims: at no time is more
 * than about three times the received size, plus 64 KiB, in use. Whatever is wrong with the content is an
 * {@link InvalidDataException}; an {@link IOException} comes from the stream or the file system alone.
 *
 * <p>A compressed file must be one gzip member. The format is described by Y. LeCun, C. Cortes and C. Burges, <em>The
 * MNIST database of handwritten digits</em>, 1998. Deviation: of the six value types there only unsigned bytes are
 * read, and empty arrays (an extent of 0) are refused.
 */
public final class IdxReader {
    /** Most dimensions that a file may have. */
    public static final int MAX_RANK = 4;

    /** Most values (bytes) that a file may hold: 1 GiB. */
    public static final int MAX_VALUES = 1 << 30;

    private static final int TYPE_UNSIGNED_BYTE = 0x08;
    private static final int FIRST_CHUNK = 1 << 16;

    private final InputStream in;
    private final String source;
    private long offset;

    private IdxReader(InputStream in, String source) {
        this.in = in;
        this.source = source;
    }

    /**
     * Reads a file.
     *
     * @param file the file, plain or gzip
     * @return its content
     * @throws InvalidDataException if the file is not an IDX file of unsigned bytes within the limits
     * @throws IOException if the file cannot be read
     */
    public static IdxArray read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return read(in, file.toString());
        }
    }

    /**
     * Reads a stream to its end.
     *
     * @param in the bytes of a file, plain or gzip; read to its end and not closed
     * @param source name for messages, such as the file's
     * @return its content
     * @throws InvalidDataException if the bytes are not an IDX file of unsigned bytes within the limits
     * @throws IOException if {@code in} throws it
     */
    public static IdxArray read(InputStream in, String source) throws IOException {
        int byte0 = in.read();
        int byte1 = byte0 < 0 ? -1 : in.read();
        if (byte0 != GzipInput.MAGIC_0 || byte1 != GzipInput.MAGIC_1) {
            return new IdxReader(in, source).readAfterMagic(byte0, byte1);
        }
        try (GzipInput content = new GzipInput(in, source)) {
            int content0 = content.read();
            int content1 = content0 < 0 ? -1 : content.read();
            return new IdxReader(content, source).readAfterMagic(content0, content1);
        }
    }

    private IdxArray readAfterMagic(int byte0, int byte1) throws IOException {
        requireZero(byte0);
        requireZero(byte1);
        int type = readByte("type");
        if (type != TYPE_UNSIGNED_BYTE) {
            throw invalid(2, String.format(Locale.ROOT, "type = 0x%02X", type), "0x08 (unsigned byte)");
        }
        int rank = readByte("rank");
        if (rank < 1 || rank > MAX_RANK) {
            throw invalid(3, "rank = " + rank, "1 to " + MAX_RANK);
        }
        int[] shape = new int[rank];
        int length = readShape(shape);
        byte[] values = readValues(length);
        if (in.read() >= 0) {
            throw invalid(
                    offset, "more bytes", "the end after " + length + " values of shape " + Arrays.toString(shape));
        }
        return new IdxArray(source, shape, values);
    }

    private void requireZero(int value) {
        if (value < 0) {
            throw truncated("magic number 0x00 0x00");
        }
        if (value != 0) {
            throw invalid(
                    offset,
                    String.format(Locale.ROOT, "magic number byte = 0x%02X", value),
                    "0x00 (IDX), or a file that begins 0x1F 0x8B (gzip)");
        }
        offset++;
    }

    /** Fills {@code shape}; returns the product of its extents. */
    private int readShape(int[] shape) throws IOException {
        long length = 1;
        for (int d = 0; d < shape.length; d++) {
            long extent = 0;
            for (int i = 0; i < 4; i++) {
                extent = extent << 8 | readByte("extent " + d);
            }
            if (extent < 1 || extent > MAX_VALUES) {
                throw invalid(IdxArray.offsetOfExtent(d), "extent " + d + " = " + extent, "1 to " + MAX_VALUES);
            }
            length *= extent; // at most 2^30 · 2^30
            if (length > MAX_VALUES) {
                throw invalid(
                        IdxArray.offsetOfExtent(d),
                        "product of the extents up to " + d + " = " + length,
                        "at most " + MAX_VALUES);
            }
            shape[d] = (int) extent;
        }
        return (int) length;
    }

    private byte[] readValues(int length) throws IOException {
        byte[] values = new byte[Math.min(length, FIRST_CHUNK)];
        int count = 0;
        while (count < length) {
            if (count == values.length) {
                values = Arrays.copyOf(values, (int) Math.min(length, 2L * count));
            }
            int read = in.read(values, count, values.length - count);
            if (read < 0) {
                offset += count;
                throw truncated(length + " values, of which " + count + " are there");
            }
            count += read;
        }
        offset += count;
        return values;
    }

    private int readByte(String what) throws IOException {
        int value = in.read();
        if (value < 0) {
            throw truncated(what);
        }
        offset++;
        return value;
    }

    private InvalidDataException truncated(String missing) {
        return invalid(offset, "end of the data", missing);
    }

    private InvalidDataException invalid(long at, String found, String expected) {
        return new InvalidDataException(source, at, found, expected);
    }
}
