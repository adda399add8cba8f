package dev.flops.bench.blackbox;

/** The smallest ONNX graphs: y = x W for a constant W (k, m), and a table of vectors of tokens. */
public final class OnnxGraph {
    private OnnxGraph() {}

    /** A model whose input x is (rows, k) and whose output y is (rows, m); {@code anyRows} leaves the rows open. */
    public static byte[] product(float[] weights, int k, int m, boolean anyRows) {
        var graph = new dev.flops.bench.onnx.OnnxGraph("product");
        graph.node("MatMul", "y", "x", graph.constant("w", weights, 0, k, m));
        int rows = anyRows ? -1 : 2;
        return graph.input("x", rows, k).output("y", rows, m).bytes();
    }

    /** A model of texts: {@code tokens} (1, T, features) holds the row of the table for each of {@code input_ids}; other inputs are ignored. */
    public static byte[] tokenTable(float[] table, int tokens, int features) {
        var graph = new dev.flops.bench.onnx.OnnxGraph("tokenTable");
        graph.node("Gather", "tokens", graph.constant("table", table, 0, tokens, features), "input_ids");
        return graph.wholeInput("input_ids", -1, -1)
                .wholeInput("attention_mask", -1, -1)
                .wholeInput("token_type_ids", -1, -1)
                .output("tokens", -1, -1, features)
                .bytes();
    }
}
