package dev.flops.bench.blackbox;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Writes the smallest ONNX graphs: y = x W for a constant W (k, m), and a table of vectors of tokens. Fields are numbered as in the format's onnx.proto, protocol
 * buffers are a tag of field number and wire type before each value.
 */
public final class OnnxGraph {
    private static final int FLOAT = 1;
    private static final int INT64 = 7;

    private OnnxGraph() {}

    /** A model whose input x is (rows, k) and whose output y is (rows, m); {@code anyRows} leaves the rows open. */
    public static byte[] product(float[] weights, int k, int m, boolean anyRows) {
        Integer rows = anyRows ? null : 2;
        Message graph = new Message()
                .message(1, node("MatMul", "y", "x", "w"))
                .text(2, "product")
                .message(5, tensor("w", weights, k, m))
                .message(11, value("x", FLOAT, rows, k))
                .message(12, value("y", FLOAT, rows, m));
        return model(graph);
    }

    /** A model of texts: {@code tokens} (1, T, features) holds the row of the table for each of {@code input_ids}; other inputs are ignored. */
    public static byte[] tokenTable(float[] table, int tokens, int features) {
        Message graph = new Message()
                .message(1, node("Gather", "tokens", "table", "input_ids"))
                .text(2, "tokenTable")
                .message(5, tensor("table", table, tokens, features))
                .message(11, value("input_ids", INT64, null, null))
                .message(11, value("attention_mask", INT64, null, null))
                .message(11, value("token_type_ids", INT64, null, null))
                .message(12, value("tokens", FLOAT, null, null, features));
        return model(graph);
    }

    private static byte[] model(Message graph) {
        return new Message()
                .number(1, 8)
                .message(7, graph)
                .message(8, new Message().text(1, "").number(2, 13))
                .bytes();
    }

    private static Message node(String operator, String output, String... inputs) {
        Message node = new Message();
        for (String input : inputs) {
            node.text(1, input);
        }
        return node.text(2, output).text(4, operator);
    }

    private static Message tensor(String name, float[] values, int... shape) {
        Message tensor = new Message();
        for (int extent : shape) {
            tensor.number(1, extent);
        }
        ByteBuffer raw = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        raw.asFloatBuffer().put(values);
        return tensor.number(2, FLOAT).text(8, name).bytes(9, raw.array());
    }

    /** A tensor of the interface; null leaves an extent open. */
    private static Message value(String name, int type, @Nullable Integer... extents) {
        Message shape = new Message();
        for (int axis = 0; axis < extents.length; axis++) {
            Integer extent = extents[axis];
            shape.message(1, extent == null ? new Message().text(2, "axis" + axis) : new Message().number(1, extent));
        }
        Message tensor = new Message().number(1, type).message(2, shape);
        return new Message().text(1, name).message(2, new Message().message(1, tensor));
    }

    private static final class Message {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Message number(int field, long value) {
            varint((long) field << 3);
            varint(value);
            return this;
        }

        Message bytes(int field, byte[] value) {
            varint((long) field << 3 | 2);
            varint(value.length);
            out.writeBytes(value);
            return this;
        }

        Message text(int field, String value) {
            return bytes(field, value.getBytes(StandardCharsets.UTF_8));
        }

        Message message(int field, Message value) {
            return bytes(field, value.bytes());
        }

        byte[] bytes() {
            return out.toByteArray();
        }

        private void varint(long value) {
            long left = value;
            while (left >= 0x80) {
                out.write((int) ((left & 0x7F) | 0x80));
                left >>>= 7;
            }
            out.write((int) left);
        }
    }
}
