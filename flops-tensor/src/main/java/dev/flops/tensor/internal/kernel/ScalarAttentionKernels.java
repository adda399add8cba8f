package dev.flops.tensor.internal.kernel;

import java.util.Arrays;

/**
 * Attention without vectors, the specification of all others: one query row at a time. K is transposed once per head,
 * so that the innermost loops run over independent elements.
 */
final class ScalarAttentionKernels implements AttentionKernels {
    private final RowKernels rowKernels;

    ScalarAttentionKernels(RowKernels rowKernels) {
        this.rowKernels = rowKernels;
    }

    @Override
    public int scratchLength(int tokens, int headDim) {
        return (headDim + 1) * tokens;
    }

    @Override
    public void attention(
            int samples,
            int tokens,
            int heads,
            int headDim,
            float[] qkv,
            int qkvOffset,
            float[] out,
            int outOffset,
            float[] scratch) {
        int width = heads * headDim;
        for (int sample = 0; sample < samples; sample++) {
            for (int head = 0; head < heads; head++) {
                int q = qkvOffset + sample * tokens * 3 * width + head * headDim;
                int o = outOffset + sample * tokens * width + head * headDim;
                attendHead(tokens, headDim, width, qkv, q, out, o, scratch);
            }
        }
    }

    private void attendHead(
            int tokens, int headDim, int width, float[] qkv, int qOffset, float[] out, int outOffset, float[] scratch) {
        float scale = (float) (1 / StrictMath.sqrt(headDim));
        int ldqkv = 3 * width;
        int kOffset = qOffset + width;
        int vOffset = kOffset + width;
        for (int j = 0; j < tokens; j++) {
            for (int c = 0; c < headDim; c++) {
                scratch[c * tokens + j] = qkv[kOffset + j * ldqkv + c];
            }
        }
        int scores = headDim * tokens;
        for (int i = 0; i < tokens; i++) {
            Arrays.fill(scratch, scores, scores + tokens, 0);
            for (int c = 0; c < headDim; c++) {
                addMultiple(tokens, qkv[qOffset + i * ldqkv + c], scratch, c * tokens, scratch, scores);
            }
            for (int j = 0; j < tokens; j++) {
                scratch[scores + j] *= scale;
            }
            rowKernels.softmax(1, tokens, scratch, scores, tokens, scratch, scores, tokens);
            int row = outOffset + i * width;
            Arrays.fill(out, row, row + headDim, 0);
            for (int j = 0; j < tokens; j++) {
                addMultiple(headDim, scratch[scores + j], qkv, vOffset + j * ldqkv, out, row);
            }
        }
    }

    private static void addMultiple(int n, float factor, float[] x, int xOffset, float[] y, int yOffset) {
        for (int j = 0; j < n; j++) {
            y[yOffset + j] = Math.fma(factor, x[xOffset + j], y[yOffset + j]);
        }
    }
}
