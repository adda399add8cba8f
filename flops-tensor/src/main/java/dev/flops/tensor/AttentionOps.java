package dev.flops.tensor;

import dev.flops.tensor.internal.kernel.Kernels;

/**
 * Self-attention.
 */
public final class AttentionOps {
    private final Kernels kernels;

    AttentionOps(Kernels kernels) {
        this.kernels = kernels;
    }

    /**
     * Multi-head self-attention without projections: softmax(Q Kᵀ / √headDim) V per head.
     *
     * @param qkv (R, T, 3·heads·headDim), each row [q | k | v], not modified
     * @param heads number of heads
     * @param out (R, T, heads·headDim), modified; must not overlap qkv
     * @param workspace scratch memory
     */
    public void attentionInto(Tensor qkv, int heads, Tensor out, Workspace workspace) {
        Checks.requireRank("qkv", qkv, 3);
        int width = qkv.shape().extent(2);
        if (heads < 1 || width % (3 * heads) != 0) {
            throw new IllegalArgumentException(
                    "heads = " + heads + ", expected a divisor of " + width + " / 3 for qkv " + qkv.shape());
        }
        Checks.requireShape("out", out, qkv.shape().extent(0), qkv.shape().extent(1), width / 3);
        int tokens = qkv.shape().extent(1);
        int headDim = width / 3 / heads;
        kernels.attention()
                .attention(
                        qkv.shape().extent(0),
                        tokens,
                        heads,
                        headDim,
                        qkv.array(),
                        qkv.offset(),
                        out.array(),
                        out.offset(),
                        workspace.scratch(kernels.attention().scratchLength(tokens, headDim)));
    }
}
