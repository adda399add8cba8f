package dev.flops.models.data;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** Writes IDX and gzip bytes for the tests, right and wrong. */
final class IdxBytes {
    static final String SOURCE = "test.idx";

    /** Length of the extra field: more than one byte can say. */
    static final int EXTRA_LENGTH = 0x0102;

    private IdxBytes() {}

    /** An IDX file of unsigned bytes. */
    static byte[] idx(int[] shape, byte[] values) {
        ByteBuffer file = ByteBuffer.allocate(4 + 4 * shape.length + values.length);
        file.putInt(0x0800 | shape.length);
        for (int extent : shape) {
            file.putInt(extent);
        }
        return file.put(values).array();
    }

    /** An IDX file of the given shape with values 0, 1, 2, ... modulo {@code modulus}. */
    static byte[] counting(int modulus, int... shape) {
        int length = 1;
        for (int extent : shape) {
            length *= extent;
        }
        byte[] values = new byte[length];
        for (int i = 0; i < length; i++) {
            values[i] = (byte) (i % modulus);
        }
        return idx(shape, values);
    }

    /** One gzip member as the JDK writes it. */
    static byte[] gzip(byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** One gzip member with every optional header field: extra, name, comment, header checksum. */
    static byte[] gzipWithAllFields(byte[] content, int level, int nameLength) {
        ByteBuffer header = ByteBuffer.allocate(64 + EXTRA_LENGTH + nameLength);
        header.put(new byte[] {0x1F, (byte) 0x8B, 8, 1 | 2 | 4 | 8 | 16, 1, 2, 3, 4, 2, 3});
        putLittleEndian(header, EXTRA_LENGTH, 2);
        header.put(new byte[EXTRA_LENGTH]);
        for (int i = 0; i < nameLength; i++) {
            header.put((byte) 'n');
        }
        header.put(new byte[] {0, 'c', 'o', 'm', 0});
        CRC32 headerCrc = new CRC32();
        headerCrc.update(header.array(), 0, header.position());
        putLittleEndian(header, headerCrc.getValue(), 2);

        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(header.array(), 0, header.position());
        file.writeBytes(deflate(content, level));
        CRC32 contentCrc = new CRC32();
        contentCrc.update(content);
        ByteBuffer trailer = ByteBuffer.allocate(8);
        putLittleEndian(trailer, contentCrc.getValue(), 4);
        putLittleEndian(trailer, content.length, 4);
        file.writeBytes(trailer.array());
        return file.toByteArray();
    }

    static byte[] concat(byte[] first, byte... second) {
        return ByteBuffer.allocate(first.length + second.length)
                .put(first)
                .put(second)
                .array();
    }

    static IdxArray read(byte[] file) {
        try {
            return IdxReader.read(new ByteArrayInputStream(file), SOURCE);
        } catch (IOException e) {
            throw new UncheckedIOException("an array in memory cannot fail to be read", e);
        }
    }

    private static byte[] deflate(byte[] content, int level) {
        Deflater deflater = new Deflater(level, true);
        deflater.setInput(content);
        deflater.finish();
        byte[] out = new byte[content.length + 1024];
        int length = deflater.deflate(out);
        if (!deflater.finished()) {
            throw new AssertionError("output of " + content.length + " bytes does not fit");
        }
        deflater.end();
        return Arrays.copyOf(out, length);
    }

    private static void putLittleEndian(ByteBuffer out, long value, int bytes) {
        for (int i = 0; i < bytes; i++) {
            out.put((byte) (value >>> (8 * i)));
        }
    }
}
