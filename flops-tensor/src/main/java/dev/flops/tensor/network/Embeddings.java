package dev.flops.tensor.network;

import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workspace;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Embedding, selection and insertion of tokens for sequences (rows, tokens, d). */
final class Embeddings {
    private Embeddings() {}

    /** out = [token | x] + positions. */
    static void forward(TensorOps ops, Tensor x, Tensor token, Tensor positions, Tensor out, Workspace workspace) {
        int rows = x.shape().extent(0);
        int tokens = x.shape().extent(1);
        int d = x.shape().extent(2);
        int stride = (tokens + 1) * d;
        for (int r = 0; r < rows; r++) {
            int to = out.offset() + r * stride;
            System.arraycopy(token.array(), token.offset(), out.array(), to, d);
            System.arraycopy(x.array(), x.offset() + r * tokens * d, out.array(), to + d, tokens * d);
            Tensor row = workspace.part(out.shape().withFirst(1), out, r * stride);
            ops.elementwise().addInto(row, positions, row);
        }
    }

    /** out[r] = one[0] for every row r. */
    static void broadcast(Tensor one, Tensor out) {
        int n = one.elements();
        for (int r = 0; r < out.shape().extent(0); r++) {
            System.arraycopy(one.array(), one.offset(), out.array(), out.offset() + r * n, n);
        }
    }

    /** out[r] = [x[a] to index | y[b] | x[a] from index], where a = xRow[r] and b = yRow[r], or r where they are null. */
    static void insert(Tensor x, int @Nullable [] xRow, Tensor y, int @Nullable [] yRow, int index, Tensor out) {
        int d = x.shape().extent(2);
        int n = x.shape().extent(1) * d;
        int inserted = y.shape().extent(1) * d;
        int before = Objects.checkIndex(index, x.shape().extent(1) + 1) * d;
        for (int r = 0; r < out.shape().extent(0); r++) {
            int from = x.offset() + (xRow == null ? r : xRow[r]) * n;
            int other = y.offset() + (yRow == null ? r : yRow[r]) * inserted;
            int to = out.offset() + r * (n + inserted);
            System.arraycopy(x.array(), from, out.array(), to, before);
            System.arraycopy(y.array(), other, out.array(), to + before, inserted);
            System.arraycopy(x.array(), from + before, out.array(), to + before + inserted, n - before);
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
