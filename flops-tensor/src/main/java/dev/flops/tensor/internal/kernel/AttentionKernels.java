package dev.flops.tensor.internal.kernel;

/** Multi-head self-attention without projections. Check-free. */
public interface AttentionKernels {
    /** Floats of scratch memory that {@link #attention} needs. */
    int scratchLength(int tokens, int headDim);

    /**
     * For each of {@code samples} consecutive sequences: qkv (tokens, 3·heads·headDim), rows [q of all heads | k | v],
     * to out (tokens, heads·headDim). Per head, with T = tokens:
     *
     * <pre>
     *   s[i,j] = (chain over c of fma(q[i,c], k[j,c], s)) · scale,   scale = (float) (1 / StrictMath.sqrt(headDim))
     *   p[i,·] = softmax of the whole row s[i,·], as {@link RowKernels#softmax} defines it
     *   out[i,c] = chain over j of fma(p[i,j], v[j,c], o)
     * </pre>
     */
    void attention(
            int samples,
            int tokens,
            int heads,
            int headDim,
            float[] qkv,
            int qkvOffset,
            float[] out,
            int outOffset,
            float[] scratch);
}
