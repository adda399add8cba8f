package dev.flops.bench.blackbox;

/** The smallest ONNX graphs: y = x W for a constant W (k, m). */
public final class OnnxGraph {
    private OnnxGraph() {}

    /** A model whose input x is (rows, k) and whose output y is (rows, m); {@code anyRows} leaves the rows open. */
    public static byte[] product(float[] weights, int k, int m, boolean anyRows) {
        var graph = new dev.flops.bench.onnx.OnnxGraph("product");
        graph.node("MatMul", "y", "x", graph.constant("w", weights, 0, k, m));
        int rows = anyRows ? -1 : 2;
        return graph.input("x", rows, k).output("y", rows, m).bytes();
    }
}
