package dev.flops.models.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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

    private final InputBytes in;

    private IdxReader(InputBytes in) {
        this.in = in;
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
     * Reads a file that may be compressed: the one of a name or, if there is none, that with {@code .gz} appended.
     *
     * @param directory the folder
     * @param name name of the file, without {@code .gz}
     * @return its content
     * @throws InvalidDataException if the file is not an IDX file of unsigned bytes within the limits
     * @throws IOException if there is neither or it cannot be read
     */
    public static IdxArray read(Path directory, String name) throws IOException {
        Path plain = directory.resolve(name);
        if (Files.exists(plain)) {
            return read(plain);
        }
        Path compressed = directory.resolve(name + ".gz");
        if (Files.exists(compressed)) {
            return read(compressed);
        }
        throw new NoSuchFileException(plain.toString(), null, "expected this file or " + name + ".gz beside it");
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
        return InputBytes.read(in, source, bytes -> new IdxReader(bytes).read());
    }

    private IdxArray read() throws IOException {
        requireZero();
        requireZero();
        int type = in.nextOf("type");
        if (type != TYPE_UNSIGNED_BYTE) {
            throw in.invalid(2, String.format(Locale.ROOT, "type = 0x%02X", type), "0x08 (unsigned byte)");
        }
        int rank = in.nextOf("rank");
        if (rank < 1 || rank > MAX_RANK) {
            throw in.invalid(3, "rank = " + rank, "1 to " + MAX_RANK);
        }
        int[] shape = new int[rank];
        int length = readShape(shape);
        byte[] values = in.next(length, "values");
        in.requireEnd(length + " values of shape " + Arrays.toString(shape));
        return new IdxArray(in.source(), shape, values);
    }

    private void requireZero() throws IOException {
        long at = in.offset();
        int value = in.nextOf("magic number 0x00 0x00");
        if (value != 0) {
            throw in.invalid(
                    at,
                    String.format(Locale.ROOT, "magic number byte = 0x%02X", value),
                    "0x00 (IDX), or a file that begins 0x1F 0x8B (gzip)");
        }
    }

    /** Fills {@code shape}; returns the product of its extents. */
    private int readShape(int[] shape) throws IOException {
        long length = 1;
        for (int d = 0; d < shape.length; d++) {
            long extent = 0;
            for (int i = 0; i < 4; i++) {
                extent = extent << 8 | in.nextOf("extent " + d);
            }
            if (extent < 1 || extent > MAX_VALUES) {
                throw in.invalid(IdxArray.offsetOfExtent(d), "extent " + d + " = " + extent, "1 to " + MAX_VALUES);
            }
            length *= extent; // at most 2^30 · 2^30
            if (length > MAX_VALUES) {
                throw in.invalid(
                        IdxArray.offsetOfExtent(d),
                        "product of the extents up to " + d + " = " + length,
                        "at most " + MAX_VALUES);
            }
            shape[d] = (int) extent;
        }
        return (int) length;
    }
}
