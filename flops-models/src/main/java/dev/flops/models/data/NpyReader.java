package dev.flops.models.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Reads NPY files, NumPy's format of one array, plain or compressed with gzip: versions 1.0 to 3.0, unsigned bytes, signed
 * integers of 32 and 64 bits, floating-point numbers of 32 and 64 bits, little- or big-endian, in C order.
 *
 * <pre>
 *   offset 0    0x93 N U M P Y
 *   offset 6    version: major, minor
 *   offset 8    length of the header, little-endian: 2 bytes in version 1.0, 4 bytes in 2.0 and 3.0
 *   then        {'descr': '&lt;f4', 'fortran_order': False, 'shape': (3, 2), }
 *   then        the values, to the end of the file
 * </pre>
 *
 * <p>Files are untrusted: as for {@link IdxReader}, everything is checked before anything is allocated for the values, and memory
 * grows with the bytes that arrive. Arrays in Fortran order, of other types, or without elements are refused; the header must
 * be ASCII.
 *
 * <p>Format: NumPy enhancement proposal 1 and the documentation of {@code numpy.lib.format}.
 */
public final class NpyReader {
    /** Most dimensions that a file may have. */
    public static final int MAX_RANK = 8;

    /** Most bytes of values that a file may hold: 1 GiB. */
    public static final int MAX_BYTES = 1 << 30;

    /** Longest header, in bytes; NumPy itself refuses longer ones than 10,000 unless told otherwise. */
    public static final int MAX_HEADER = 1 << 16;

    private static final byte[] MAGIC = "\u0093NUMPY".getBytes(StandardCharsets.ISO_8859_1);
    private static final int LAST_MAJOR = 3;

    private NpyReader() {}

    /**
     * Reads a file.
     *
     * @param file the file, plain or gzip
     * @return its content
     * @throws InvalidDataException if the file is not an NPY file as described above
     * @throws IOException if the file cannot be read
     */
    public static NpyArray read(Path file) throws IOException {
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
     * @throws InvalidDataException if the bytes are not an NPY file as described above
     * @throws IOException if {@code in} throws it
     */
    public static NpyArray read(InputStream in, String source) throws IOException {
        return InputBytes.read(in, source, NpyReader::read);
    }

    private static NpyArray read(InputBytes in) throws IOException {
        for (byte expected : MAGIC) {
            int found = in.nextOf("magic number 0x93 NUMPY");
            if (found != (expected & 0xFF)) {
                throw in.invalid(in.offset() - 1, "magic number byte = " + found, "0x93 NUMPY, or a gzip file");
            }
        }
        int major = in.nextOf("version");
        int minor = in.nextOf("version");
        if (major < 1 || major > LAST_MAJOR || minor != 0) {
            throw in.invalid(MAGIC.length, "version = " + major + "." + minor, "1.0, 2.0 or 3.0");
        }
        long length = 0;
        for (int i = 0; i < (major == 1 ? 2 : 4); i++) {
            length |= (long) in.nextOf("header length") << (8 * i);
        }
        if (length > MAX_HEADER) {
            throw in.invalid(MAGIC.length + 2, "header length = " + length, "at most " + MAX_HEADER);
        }
        long start = in.offset();
        NpyHeader header = NpyHeader.parse(in.source(), start, in.next((int) length, "bytes of the header"));
        long first = in.offset();
        int[] shape = header.shape();
        byte[] values = in.next(header.bytes(), "bytes of values");
        in.requireEnd(header.bytes() + " bytes of values of shape " + Arrays.toString(shape));
        ByteOrder order = header.bigEndian() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        return new NpyArray(in.source(), header.type(), shape, values, order, first);
    }
}
