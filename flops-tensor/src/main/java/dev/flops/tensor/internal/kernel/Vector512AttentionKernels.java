package dev.flops.tensor.internal.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Attention by the tiles of the matrix product, straight from the strided rows of q, k and v. Per head, Kᵀ and V are
 * packed once; the scores of a block of query rows stay in the cache from the first product to the second. The whole
 * key row is there before its softmax, so the blocks do not show in the result.
 */
final class Vector512AttentionKernels implements AttentionKernels {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_512;
    private static final int LANES = SPECIES.length();

    /** Floats of scores that a block of query rows may take, unless a few rows take more. */
    private static final int BLOCK_SCORES = 8192;

    private final Vector512MatrixKernels matrixKernels;
    private final RowKernels rowKernels;

    Vector512AttentionKernels(Vector512MatrixKernels matrixKernels, RowKernels rowKernels) {
        this.matrixKernels = matrixKernels;
        this.rowKernels = rowKernels;
    }

    /** Distance of rows of scores: whole vectors, so that no tile of scores is ragged. */
    private static int scoreStride(int tokens) {
        return (tokens + LANES - 1) / LANES * LANES;
    }

    private static int blockRows(int tokens) {
        int height = Vector512Tiles.MAX_ROWS;
        return Math.min(tokens, Math.max(1, BLOCK_SCORES / scoreStride(tokens) / height) * height);
    }

    @Override
    public int scratchLength(int tokens, int headDim) {
        return Vector512MatrixKernels.TILE_SCRATCH
                + matrixKernels.packedLength(headDim, tokens)
                + matrixKernels.packedLength(tokens, headDim)
                + blockRows(tokens) * scoreStride(tokens);
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
        int keys = Vector512MatrixKernels.TILE_SCRATCH;
        int values = keys + matrixKernels.packedLength(headDim, tokens);
        int scores = values + matrixKernels.packedLength(tokens, headDim);
        int ldScores = scoreStride(tokens);
        matrixKernels.packTransposed(headDim, tokens, qkv, qOffset + width, ldqkv, scratch, keys);
        matrixKernels.pack(tokens, headDim, qkv, qOffset + 2 * width, ldqkv, scratch, values);
        int block = blockRows(tokens);
        for (int i = 0; i < tokens; i += block) {
            int rows = Math.min(block, tokens - i);
            // The packed columns of padding are multiplied too: they fill the ends of the score rows, read by no one.
            matrixKernels.multiply(
                    rows,
                    ldScores,
                    headDim,
                    qkv,
                    qOffset + i * ldqkv,
                    ldqkv,
                    1,
                    scratch,
                    keys,
                    false,
                    null,
                    0,
                    scratch,
                    scores,
                    ldScores,
                    scratch);
            scale(rows * ldScores, scale, scratch, scores);
            rowKernels.softmax(rows, tokens, scratch, scores, ldScores, scratch, scores, ldScores);
            matrixKernels.multiply(
                    rows,
                    headDim,
                    tokens,
                    scratch,
                    scores,
                    ldScores,
                    1,
                    scratch,
                    values,
                    false,
                    null,
                    0,
                    out,
                    outOffset + i * width,
                    width,
                    scratch);
        }
    }

    private static void scale(int n, float factor, float[] x, int xOffset) {
        for (int j = 0; j < n; j += LANES) {
            FloatVector.fromArray(SPECIES, x, xOffset + j).mul(factor).intoArray(x, xOffset + j);
        }
    }
}
