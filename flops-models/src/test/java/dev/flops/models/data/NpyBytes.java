package dev.flops.models.data;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Writes NPY files for the tests, right and wrong. */
final class NpyBytes {
    static final String SOURCE = "test.npy";

    private NpyBytes() {}

    /** A file with any header. */
    static byte[] file(int major, String header, byte[] values) {
        byte[] text = header.getBytes(StandardCharsets.ISO_8859_1);
        int prefix = major == 1 ? 10 : 12;
        ByteBuffer file =
                ByteBuffer.allocate(prefix + text.length + values.length).order(ByteOrder.LITTLE_ENDIAN);
        file.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
        file.put((byte) major).put((byte) 0);
        if (major == 1) {
            file.putShort((short) text.length);
        } else {
            file.putInt(text.length);
        }
        return file.put(text).put(values).array();
    }

    static String header(String descr, int... shape) {
        String extents = Arrays.stream(shape).mapToObj(extent -> extent + ",").collect(Collectors.joining(" "));
        return "{'descr': '" + descr + "', 'fortran_order': False, 'shape': (" + extents + "), }\n";
    }

    /** Integers as an array of any type. */
    static byte[] array(NpyType type, ByteOrder order, int[] shape, long[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(type.bytes() * values.length).order(order);
        for (long value : values) {
            switch (type) {
                case U1 -> bytes.put((byte) value);
                case I4 -> bytes.putInt((int) value);
                case I8 -> bytes.putLong(value);
                case F4 -> bytes.putFloat((float) value);
                case F8 -> bytes.putDouble((double) value);
            }
        }
        String descr = (order == ByteOrder.BIG_ENDIAN ? ">" : "<") + type.name().toLowerCase(Locale.ROOT);
        return file(1, header(descr, shape), bytes.array());
    }

    static NpyArray read(byte[] file) {
        try {
            return NpyReader.read(new ByteArrayInputStream(file), SOURCE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
