package dev.flops.models.weights;

import dev.flops.api.Parameters;
import dev.flops.api.Parameters.Parameter;
import dev.flops.api.StateArrays;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntToLongFunction;
import java.util.stream.Collectors;

/**
 * Writes safetensors files. The bytes are a function of names, shapes, values, type and metadata alone: tensors in the order of
 * the parameters, metadata sorted by key, the header padded with blanks so that the data begins at a multiple of eight.
 */
public final class SafetensorsWriter {
    private static final int CHUNK = 1 << 16;
    private static final int ALIGNMENT = 8;

    private SafetensorsWriter() {}

    /**
     * Writes all parameters. The file appears whole or not at all: a temporary file in the same folder is written, forced to
     * the disk and renamed.
     *
     * @param file the file, replaced if it exists
     * @param parameters what to write, not modified
     * @param type element type, not I64; values are rounded to the nearest
     * @param metadata free text, not modified
     * @throws IOException if it cannot be written; an older file is then unchanged
     */
    public static void write(Path file, Parameters parameters, DataType type, Map<String, String> metadata)
            throws IOException {
        if (!type.isWeight()) {
            throw new IllegalArgumentException("type = " + type + ", expected F32, F16 or BF16");
        }
        Path temporary = file.resolveSibling(
                "." + file.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
        try {
            try (FileChannel channel = FileChannel.open(
                    temporary,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    LinkOption.NOFOLLOW_LINKS)) {
                List<Entry> entries = parameters.list().stream()
                        .map(p -> new Entry(p.name(), type, p.shape(), p.length()))
                        .toList();
                writeAll(channel, header(entries, metadata));
                for (Parameter p : parameters.list()) {
                    writeValues(channel, parameters.values(), p.offset(), p.length(), type);
                }
                channel.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /**
     * Writes the state of a run: arrays of float as F32, of double as F64, of long as I64, bit for bit, in the order of names.
     *
     * @param channel modified: receives the file
     * @param state what to write, not modified
     * @param metadata free text, not modified
     * @throws IOException if the channel fails
     */
    public static void write(WritableByteChannel channel, StateArrays state, Map<String, String> metadata)
            throws IOException {
        List<Entry> entries = new ArrayList<>();
        state.entries()
                .forEach((name, array) -> entries.add(new Entry(name, typeOf(array), array.shape(), array.length())));
        writeAll(channel, header(entries, metadata));
        for (StateArrays.Entry array : state.entries().values()) {
            switch (array) {
                case StateArrays.Floats floats ->
                    writeValues(channel, floats.values(), 0, floats.length(), DataType.F32);
                case StateArrays.Doubles doubles ->
                    writeLongs(channel, doubles.length(), i -> Double.doubleToRawLongBits(doubles.values()[i]));
                case StateArrays.Longs longs -> writeLongs(channel, longs.length(), i -> longs.values()[i]);
            }
        }
    }

    private static DataType typeOf(StateArrays.Entry array) {
        return switch (array) {
            case StateArrays.Floats _ -> DataType.F32;
            case StateArrays.Doubles _ -> DataType.F64;
            case StateArrays.Longs _ -> DataType.I64;
        };
    }

    /** A tensor of the header. */
    private record Entry(String name, DataType type, List<Integer> shape, int length) {}

    private static ByteBuffer header(List<Entry> entries, Map<String, String> metadata) {
        StringBuilder json = new StringBuilder("{");
        if (!metadata.isEmpty()) {
            json.append("\"__metadata__\":{")
                    .append(new TreeMap<>(metadata)
                            .entrySet().stream()
                                    .map(e -> quoted(e.getKey()) + ":" + quoted(e.getValue()))
                                    .collect(Collectors.joining(",")))
                    .append('}');
        }
        long begin = 0;
        String separator = metadata.isEmpty() ? "" : ",";
        for (Entry entry : entries) {
            long end = begin + (long) entry.length() * entry.type().bytes();
            String shape = entry.shape().stream().map(String::valueOf).collect(Collectors.joining(","));
            json.append(separator)
                    .append(quoted(entry.name()))
                    .append(":{\"dtype\":\"" + entry.type() + "\",\"shape\":[" + shape + "],\"data_offsets\":[" + begin
                            + "," + end + "]}");
            begin = end;
            separator = ",";
        }
        byte[] text = json.append('}').toString().getBytes(StandardCharsets.UTF_8);
        int padded = (text.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        ByteBuffer buffer = ByteBuffer.allocate(Header.PREFIX + padded).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(padded).put(text);
        while (buffer.hasRemaining()) {
            buffer.put((byte) ' ');
        }
        return buffer.flip();
    }

    /** A JSON string; a lone surrogate, which UTF-8 cannot hold, becomes a question mark. */
    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append("\\u00").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }

    private static void writeLongs(WritableByteChannel channel, int length, IntToLongFunction bits) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < length; i++) {
            buffer.putLong(bits.applyAsLong(i));
            if (!buffer.hasRemaining()) {
                writeAll(channel, buffer.flip());
                buffer.clear();
            }
        }
        writeAll(channel, buffer.flip());
    }

    private static void writeValues(WritableByteChannel channel, float[] values, int offset, int length, DataType type)
            throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < length; i++) {
            int bits = type.encode(values[offset + i]);
            if (type == DataType.F32) {
                buffer.putInt(bits);
            } else {
                buffer.putShort((short) bits);
            }
            if (!buffer.hasRemaining()) {
                writeAll(channel, buffer.flip());
                buffer.clear();
            }
        }
        writeAll(channel, buffer.flip());
    }

    private static void writeAll(WritableByteChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }
}
