package dev.flops.bench.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * An ONNX graph that is built node by node. Fields are numbered as in the format's onnx.proto.
 *
 * <pre>
 *   OnnxGraph graph = new OnnxGraph("product");
 *   graph.constant("w", weights, 3, 2);
 *   graph.node("MatMul", "y", "x", "w");
 *   byte[] file = graph.input("x", -1, 3).output("y", -1, 2).bytes();
 * </pre>
 */
public final class OnnxGraph {
    private static final int FLOAT = 1;
    private static final int INT64 = 7;
    private static final int ATTRIBUTE_FLOAT = 1;
    private static final int ATTRIBUTE_INT = 2;
    private static final int ATTRIBUTE_INTS = 7;
    private static final int IR_VERSION = 9;
    private static final int OPERATOR_SET = 20;

    private final Message graph = new Message();
    private int lists;

    /**
     * An empty graph.
     *
     * @param name its name
     */
    public OnnxGraph(String name) {
        graph.text(2, name);
    }

    /** An operation with room for attributes; it enters the graph with {@link #add}. */
    public final class Node {
        private final Message node = new Message();
        private final String output;

        private Node(String operator, String output, String... inputs) {
            for (String input : inputs) {
                node.text(1, input);
            }
            node.text(2, output).text(4, operator);
            this.output = output;
        }

        /**
         * Adds an attribute.
         *
         * @param name its name
         * @param value its value
         * @return this
         */
        public Node decimal(String name, float value) {
            node.message(5, new Message().text(1, name).decimal(2, value).number(20, ATTRIBUTE_FLOAT));
            return this;
        }

        /**
         * Adds an attribute.
         *
         * @param name its name
         * @param value its value
         * @return this
         */
        public Node number(String name, long value) {
            node.message(5, new Message().text(1, name).number(3, value).number(20, ATTRIBUTE_INT));
            return this;
        }

        /**
         * Adds an attribute.
         *
         * @param name its name
         * @param values its values
         * @return this
         */
        public Node numbers(String name, long... values) {
            Message attribute = new Message().text(1, name);
            for (long value : values) {
                attribute.number(8, value);
            }
            node.message(5, attribute.number(20, ATTRIBUTE_INTS));
            return this;
        }

        /**
         * Puts the node into the graph, behind those that were added before.
         *
         * @return the name of its output
         */
        public String add() {
            graph.message(1, node);
            return output;
        }
    }

    /**
     * An operation that is not in the graph yet.
     *
     * @param operator name of the operator
     * @param output name of its output
     * @param inputs names of its inputs
     * @return the node
     */
    public Node open(String operator, String output, String... inputs) {
        return new Node(operator, output, inputs);
    }

    /**
     * An operation without attributes.
     *
     * @param operator name of the operator
     * @param output name of its output
     * @param inputs names of its inputs
     * @return the output
     */
    public String node(String operator, String output, String... inputs) {
        return open(operator, output, inputs).add();
    }

    /**
     * Another shape of the same elements.
     *
     * @param output name of the output
     * @param input name of the input
     * @param shape the shape
     * @return the output
     */
    public String reshape(String output, String input, long... shape) {
        return node("Reshape", output, input, list(shape));
    }

    /**
     * A constant list of whole numbers, as operators want shapes, axes and indices.
     *
     * @param values the numbers
     * @return its name
     */
    public String list(long... values) {
        String name = "list" + lists++;
        ByteBuffer raw = ByteBuffer.allocate(Long.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
        raw.asLongBuffer().put(values);
        graph.message(
                5,
                new Message()
                        .number(1, values.length)
                        .number(2, INT64)
                        .text(8, name)
                        .bytes(9, raw.array()));
        return name;
    }

    /**
     * A constant tensor of floats.
     *
     * @param name its name
     * @param values its values, of which as many are written as the shape has elements, not modified
     * @param offset index of the first
     * @param shape its shape
     * @return its name
     */
    public String constant(String name, float[] values, int offset, int... shape) {
        Message tensor = new Message();
        int elements = 1;
        for (int extent : shape) {
            tensor.number(1, extent);
            elements = Math.multiplyExact(elements, extent);
        }
        ByteBuffer raw =
                ByteBuffer.allocate(Math.multiplyExact(Float.BYTES, elements)).order(ByteOrder.LITTLE_ENDIAN);
        raw.asFloatBuffer().put(values, offset, elements);
        graph.message(5, tensor.number(2, FLOAT).text(8, name).bytes(9, raw.array()));
        return name;
    }

    /**
     * Declares an input of floats.
     *
     * @param name its name
     * @param shape its shape, −1 for an extent that is left open
     * @return this
     */
    public OnnxGraph input(String name, long... shape) {
        graph.message(11, value(name, FLOAT, shape));
        return this;
    }

    /**
     * Declares an input of whole numbers of 64 bits.
     *
     * @param name its name
     * @param shape its shape, −1 for an extent that is left open
     * @return this
     */
    public OnnxGraph wholeInput(String name, long... shape) {
        graph.message(11, value(name, INT64, shape));
        return this;
    }

    /**
     * Declares an output of floats.
     *
     * @param name its name
     * @param shape its shape, −1 for an extent that is left open
     * @return this
     */
    public OnnxGraph output(String name, long... shape) {
        graph.message(12, value(name, FLOAT, shape));
        return this;
    }

    private static Message value(String name, int type, long... extents) {
        Message shape = new Message();
        for (int axis = 0; axis < extents.length; axis++) {
            long extent = extents[axis];
            shape.message(1, extent < 0 ? new Message().text(2, "axis" + axis) : new Message().number(1, extent));
        }
        Message tensor = new Message().number(1, type).message(2, shape);
        return new Message().text(1, name).message(2, new Message().message(1, tensor));
    }

    /**
     * The file.
     *
     * @return its bytes
     */
    public byte[] bytes() {
        return new Message()
                .number(1, IR_VERSION)
                .message(7, graph)
                .message(8, new Message().text(1, "").number(2, OPERATOR_SET))
                .bytes();
    }
}
