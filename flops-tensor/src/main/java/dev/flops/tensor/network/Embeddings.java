package dev.flops.tensor.network;

import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import java.util.Objects;

/** Token embedding and selection for sequences (rows, tokens, d). */
final class Embeddings {
    private Embeddings() {}

    /** out = [token | x] + positions. */
    static void forward(TensorOps ops, Tensor x, Tensor token, Tensor positions, Tensor out) {
        int rows = x.shape().extent(0);
        int tokens = x.shape().extent(1);
        int d = x.shape().extent(2);
        int stride = (tokens + 1) * d;
        for (int r = 0; r < rows; r++) {
            int to = out.offset() + r * stride;
            System.arraycopy(token.array(), token.offset(), out.array(), to, d);
            System.arraycopy(x.array(), x.offset() + r * tokens * d, out.array(), to + d, tokens * d);
            Tensor row = out.slice(r, r + 1);
            ops.elementwise().addInto(row, positions, row);
        }
    }

    /** out[r] = x[r, index]. */
    static void select(Tensor x, int index, Tensor out) {
        int rows = x.shape().extent(0);
        int tokens = x.shape().extent(1);
        int d = x.shape().extent(2);
        Objects.checkIndex(index, tokens);
        for (int r = 0; r < rows; r++) {
            System.arraycopy(x.array(), x.offset() + (r * tokens + index) * d, out.array(), out.offset() + r * d, d);
        }
    }
}
