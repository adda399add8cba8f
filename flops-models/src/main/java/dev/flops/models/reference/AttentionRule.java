package dev.flops.models.reference;

import dev.flops.tensor.MatrixOps;
import dev.flops.tensor.Tensor;

/**
 * Per row and head, y = A V with A = softmax(S), S = Q Kᵀ s and s = 1/√headDim:
 *
 * <pre>
 *   ∂V = Aᵀ ∂y,   ∂A = ∂y Vᵀ,   ∂S = A ⊙ (∂A − rowsum(A ⊙ ∂A)),   ∂Q = s ∂S K,   ∂K = s ∂Sᵀ Q
 * </pre>
 */
final class AttentionRule {
    private AttentionRule() {}

    static Tensor apply(BackwardPass pass, Tensor qkv, int heads, Tensor dy) {
        int rows = qkv.shape().extent(0);
        int tokens = qkv.shape().extent(1);
        int size = qkv.shape().extent(2) / 3 / heads;
        int batch = rows * heads;
        float scale = (float) (1 / StrictMath.sqrt(size));
        MatrixOps matrix = pass.ops().matrix();

        Tensor[] part = new Tensor[3]; // Q, K, V, each (rows · heads, tokens, size)
        for (int i = 0; i < part.length; i++) {
            part[i] = pass.take(batch, tokens, size);
            copyHeads(qkv, i * heads, heads, part[i], true);
        }
        Tensor dyHeads = pass.take(batch, tokens, size);
        copyHeads(dy, 0, heads, dyHeads, true);

        Tensor a = pass.take(batch, tokens, tokens);
        matrix.matmulTransposedBInto(part[0], part[1], a, pass.workspace());
        pass.ops().elementwise().scaleInto(scale, a, a);
        pass.ops().row().softmaxInto(a, a);

        Tensor dv = pass.take(batch, tokens, size);
        matrix.matmulTransposedAInto(a, dyHeads, dv, pass.workspace());
        Tensor ds = pass.take(batch, tokens, tokens);
        matrix.matmulTransposedBInto(dyHeads, part[2], ds, pass.workspace());
        softmaxGradient(a, ds, scale);
        Tensor dq = pass.take(batch, tokens, size);
        matrix.matmulInto(ds, part[1], dq, pass.workspace());
        Tensor dk = pass.take(batch, tokens, size);
        matrix.matmulTransposedAInto(ds, part[0], dk, pass.workspace());

        Tensor result = pass.workspace().take(qkv.shape());
        copyHeads(result, 0, heads, dq, false);
        copyHeads(result, heads, heads, dk, false);
        copyHeads(result, 2 * heads, heads, dv, false);
        return result;
    }

    /** Turns ∂A into s ∂S, row by row. */
    private static void softmaxGradient(Tensor a, Tensor da, float scale) {
        int n = a.shape().extent(-1);
        for (int first = 0; first < a.elements(); first += n) {
            float dot = 0;
            for (int j = 0; j < n; j++) {
                dot += a.array()[a.offset() + first + j] * da.array()[da.offset() + first + j];
            }
            for (int j = 0; j < n; j++) {
                int at = da.offset() + first + j;
                da.array()[at] = scale * a.array()[a.offset() + first + j] * (da.array()[at] - dot);
            }
        }
    }

    /**
     * Copies between (rows, tokens, all heads · size) and (rows · heads, tokens, size): head h of the second is head
     * {@code firstHead + h} of the first.
     */
    private static void copyHeads(Tensor joined, int firstHead, int heads, Tensor split, boolean toSplit) {
        int rows = joined.shape().extent(0);
        int tokens = joined.shape().extent(1);
        int width = joined.shape().extent(2);
        int size = split.shape().extent(2);
        for (int r = 0; r < rows; r++) {
            for (int h = 0; h < heads; h++) {
                for (int t = 0; t < tokens; t++) {
                    int one = joined.offset() + (r * tokens + t) * width + (firstHead + h) * size;
                    int other = split.offset() + ((r * heads + h) * tokens + t) * size;
                    if (toSplit) {
                        System.arraycopy(joined.array(), one, split.array(), other, size);
                    } else {
                        System.arraycopy(split.array(), other, joined.array(), one, size);
                    }
                }
            }
        }
    }
}
