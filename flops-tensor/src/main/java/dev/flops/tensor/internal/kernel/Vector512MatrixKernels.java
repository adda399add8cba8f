package dev.flops.tensor.internal.kernel;

import dev.flops.api.Distribution;
import dev.flops.api.NoiseAddress;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * Matrix products by register tiles (Goto and van de Geijn, <em>Anatomy of High-Performance Matrix Multiplication</em>,
 * 2008), without the packing of A unless its rows are strided.
 *
 * <p>B is packed in panels of two vectors, [panel][p][column]; the last panel is one vector wide when that holds the
 * remaining columns. Blocks of rows keep A in the second-level cache, blocks of p keep a panel in the first.
 * A tile starts from the values so far and adds its bias in registers, so the block sizes do not show in the result.
 * Two neutral elements spare the branches: a fresh product starts from a row of +0 with stride 0, a product without
 * bias adds −0, which changes no value, not even a zero's sign.
 */
final class Vector512MatrixKernels implements MatrixKernels {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_512;
    private static final int LANES = SPECIES.length();
    private static final int PANEL = 2 * LANES;

    /** Greatest extent of a block along p. */
    private static final int BLOCK_K = 384;

    /** Tiles in a block of rows. */
    private static final int BLOCK_TILES = 20;

    /** Columns perturbed at a time, a multiple of the noise's group of 32. */
    private static final int NOISE_BLOCK = 128;

    private static final int TILE = Vector512Tiles.MAX_ROWS * PANEL;
    private static final int BIAS_AT = TILE;
    private static final int A_AT = BIAS_AT + PANEL;
    private static final int SCRATCH = A_AT + BLOCK_TILES * Vector512Tiles.MAX_ROWS * BLOCK_K;

    private final NoiseKernels noiseKernels;
    private final float[] zeros = new float[PANEL];
    private final float[] noBias = new float[PANEL];

    Vector512MatrixKernels(NoiseKernels noiseKernels) {
        this.noiseKernels = noiseKernels;
        Arrays.fill(noBias, -0f);
    }

    @Override
    public int scratchLength() {
        return SCRATCH;
    }

    @Override
    public int packedLength(int k, int n) {
        return (n + LANES - 1) / LANES * LANES * k;
    }

    /** Width of the panel that begins where {@code columns} columns remain. */
    private static int panelWidth(int columns) {
        return columns > LANES ? PANEL : LANES;
    }

    @Override
    public void pack(int k, int n, float[] b, int bOffset, int ldb, float[] packed, int packedOffset) {
        for (int j = 0; j < n; j += PANEL) {
            int width = panelWidth(n - j);
            if (n - j >= width) {
                packFullPanel(k, width, b, bOffset + j, ldb, packed, packedOffset + j * k);
            } else {
                packRaggedPanel(k, n - j, width, b, bOffset + j, ldb, packed, packedOffset + j * k);
            }
        }
    }

    private static void packFullPanel(int k, int width, float[] b, int bOffset, int ldb, float[] packed, int offset) {
        for (int p = 0; p < k; p++) {
            for (int j = 0; j < width; j += LANES) {
                FloatVector.fromArray(SPECIES, b, bOffset + p * ldb + j)
                        .intoArray(packed, offset + p * width + j);
            }
        }
    }

    private static void packRaggedPanel(
            int k, int columns, int width, float[] b, int bOffset, int ldb, float[] packed, int offset) {
        for (int p = 0; p < k; p++) {
            int row = offset + p * width;
            for (int j = 0; j < columns; j++) {
                packed[row + j] = b[bOffset + p * ldb + j];
            }
            for (int j = columns; j < width; j++) {
                packed[row + j] = 0;
            }
        }
    }

    @Override
    public void packTransposed(int k, int n, float[] w, int wOffset, int ldw, float[] packed, int packedOffset) {
        for (int j = 0; j < n; j += PANEL) {
            int width = panelWidth(n - j);
            int columns = Math.min(width, n - j);
            int panel = packedOffset + j * k;
            transpose(columns, k, w, wOffset + j * ldw, ldw, packed, panel, width);
            clearPadding(k, columns, width, packed, panel);
        }
    }

    @Override
    public void packTransposedPerturbed(
            int k,
            int n,
            float[] w,
            int wOffset,
            int ldw,
            Distribution distribution,
            float sigma,
            NoiseAddress noise,
            float[] packed,
            int packedOffset,
            float[] scratch) {
        boolean contiguous = ldw == k && k <= NOISE_BLOCK;
        int block = contiguous ? k : NOISE_BLOCK;
        for (int j = 0; j < n; j += PANEL) {
            int width = panelWidth(n - j);
            int columns = Math.min(width, n - j);
            int panel = packedOffset + j * k;
            for (int p = 0; p < k; p += block) {
                int size = Math.min(block, k - p);
                // The rows j .. j + columns − 1 of W, perturbed: one run of elements, or a piece of each row.
                int runs = contiguous ? 1 : columns;
                int run = contiguous ? columns * k : size;
                for (int r = 0; r < runs; r++) {
                    noiseKernels.addScaled(
                            distribution,
                            noise,
                            (long) (j + r) * k + p,
                            run,
                            sigma,
                            w,
                            wOffset + (j + r) * ldw + p,
                            scratch,
                            r * size);
                }
                transpose(columns, size, scratch, 0, size, packed, panel + p * width, width);
            }
            clearPadding(k, columns, width, packed, panel);
        }
    }

    private static void clearPadding(int k, int columns, int width, float[] packed, int offset) {
        if (columns < width) {
            for (int p = 0; p < k; p++) {
                Arrays.fill(packed, offset + p * width + columns, offset + (p + 1) * width, 0);
            }
        }
    }

    /** to[j, i] = from[i, j], from having the given rows and columns. */
    private static void transpose(
            int rows, int columns, float[] from, int fromOffset, int ldFrom, float[] to, int toOffset, int ldTo) {
        int fullRows = rows - rows % LANES;
        int fullColumns = columns - columns % LANES;
        for (int i = 0; i < fullRows; i += LANES) {
            for (int j = 0; j < fullColumns; j += LANES) {
                Vector512Tiles.transpose(from, fromOffset + i * ldFrom + j, ldFrom, to, toOffset + j * ldTo + i, ldTo);
            }
        }
        transposeRest(0, fullRows, fullColumns, columns, from, fromOffset, ldFrom, to, toOffset, ldTo);
        transposeRest(fullRows, rows, 0, columns, from, fromOffset, ldFrom, to, toOffset, ldTo);
    }

    private static void transposeRest(
            int rowBegin,
            int rowEnd,
            int columnBegin,
            int columnEnd,
            float[] from,
            int fromOffset,
            int ldFrom,
            float[] to,
            int toOffset,
            int ldTo) {
        for (int j = columnBegin; j < columnEnd; j++) {
            for (int i = rowBegin; i < rowEnd; i++) {
                to[toOffset + j * ldTo + i] = from[fromOffset + i * ldFrom + j];
            }
        }
    }

    @Override
    public void multiply(
            int m,
            int n,
            int k,
            float[] a,
            int aOffset,
            int aRowStride,
            int aColumnStride,
            float[] packed,
            int packedOffset,
            boolean accumulate,
            float @Nullable [] bias,
            int biasOffset,
            float[] c,
            int cOffset,
            int ldc,
            float[] scratch) {
        // An empty chain (k = 0) is one empty block: C still gets its start and its bias.
        int blocksK = Math.max(1, (k + BLOCK_K - 1) / BLOCK_K);
        int tiles = (m + Vector512Tiles.MAX_ROWS - 1) / Vector512Tiles.MAX_ROWS;
        for (int block = 0; block < blocksK; block++) {
            int p = (int) ((long) k * block / blocksK);
            int depth = (int) ((long) k * (block + 1) / blocksK) - p;
            boolean resume = accumulate || block > 0;
            float[] blockBias = block == blocksK - 1 ? bias : null;
            for (int tile = 0; tile < tiles; tile += BLOCK_TILES) {
                int tileEnd = Math.min(tiles, tile + BLOCK_TILES);
                int i = firstRow(tile, tiles, m);
                float[] rows = a;
                int rowsOffset = aOffset + i * aRowStride + p * aColumnStride;
                int rowStride = aRowStride;
                if (aColumnStride != 1) {
                    int height = firstRow(tileEnd, tiles, m) - i;
                    packA(height, depth, a, rowsOffset, aRowStride, aColumnStride, scratch);
                    rows = scratch;
                    rowsOffset = A_AT;
                    rowStride = depth;
                }
                multiplyRows(
                        m, n, k, tile, tileEnd, tiles, p, depth, rows, rowsOffset, rowStride, packed, packedOffset,
                        resume, blockBias, biasOffset, c, cOffset, ldc, scratch);
            }
        }
    }

    /** First row of a tile when m rows are balanced over the tiles. */
    private static int firstRow(int tile, int tiles, int m) {
        return tile * (m / tiles) + Math.min(tile, m % tiles);
    }

    private static void packA(
            int rows, int depth, float[] a, int aOffset, int aRowStride, int aColumnStride, float[] scratch) {
        if (aRowStride == 1) {
            transpose(depth, rows, a, aOffset, aColumnStride, scratch, A_AT, depth);
            return;
        }
        for (int i = 0; i < rows; i++) {
            for (int p = 0; p < depth; p++) {
                scratch[A_AT + i * depth + p] = a[aOffset + i * aRowStride + p * aColumnStride];
            }
        }
    }

    /** The tiles [tile, tileEnd) of all panels, for the block [p, p + depth) of the chain. */
    private void multiplyRows(
            int m,
            int n,
            int k,
            int tileBegin,
            int tileEnd,
            int tiles,
            int p,
            int depth,
            float[] a,
            int aOffset,
            int lda,
            float[] packed,
            int packedOffset,
            boolean resume,
            float @Nullable [] bias,
            int biasOffset,
            float[] c,
            int cOffset,
            int ldc,
            float[] scratch) {
        int begin = firstRow(tileBegin, tiles, m);
        for (int j = 0; j < n; j += PANEL) {
            int width = panelWidth(n - j);
            int columns = Math.min(width, n - j);
            boolean ragged = columns < width;
            int bOffset = packedOffset + j * k + p * width;
            float[] panelBias = noBias;
            int panelBiasOffset = 0;
            if (bias != null) {
                panelBias = bias;
                panelBiasOffset = biasOffset + j;
                if (ragged) {
                    System.arraycopy(bias, panelBiasOffset, scratch, BIAS_AT, columns);
                    panelBias = scratch;
                    panelBiasOffset = BIAS_AT;
                }
            }
            for (int tile = tileBegin; tile < tileEnd; tile++) {
                int i = firstRow(tile, tiles, m);
                int rows = firstRow(tile + 1, tiles, m) - i;
                int aRow = aOffset + (i - begin) * lda;
                int cRow = cOffset + i * ldc + j;
                if (ragged) {
                    raggedTile(
                            rows, columns, width, depth, a, aRow, lda, packed, bOffset, resume, panelBias,
                            panelBiasOffset, c, cRow, ldc, scratch);
                } else if (resume) {
                    tile(
                            rows, width, depth, a, aRow, lda, packed, bOffset, c, cRow, ldc, panelBias,
                            panelBiasOffset, c, cRow, ldc);
                } else {
                    tile(
                            rows, width, depth, a, aRow, lda, packed, bOffset, zeros, 0, 0, panelBias,
                            panelBiasOffset, c, cRow, ldc);
                }
            }
        }
    }

    /** A tile with columns of padding, which stay in scratch memory. */
    private void raggedTile(
            int rows,
            int columns,
            int width,
            int depth,
            float[] a,
            int aOffset,
            int lda,
            float[] packed,
            int bOffset,
            boolean resume,
            float[] bias,
            int biasOffset,
            float[] c,
            int cOffset,
            int ldc,
            float[] scratch) {
        if (resume) {
            copy(rows, columns, c, cOffset, ldc, scratch, 0, width);
            tile(
                    rows, width, depth, a, aOffset, lda, packed, bOffset, scratch, 0, width, bias, biasOffset,
                    scratch, 0, width);
        } else {
            tile(
                    rows, width, depth, a, aOffset, lda, packed, bOffset, zeros, 0, 0, bias, biasOffset, scratch, 0,
                    width);
        }
        copy(rows, columns, scratch, 0, width, c, cOffset, ldc);
    }

    private static void copy(
            int rows, int columns, float[] from, int fromOffset, int ldFrom, float[] to, int toOffset, int ldTo) {
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                to[toOffset + i * ldTo + j] = from[fromOffset + i * ldFrom + j];
            }
        }
    }

    private static void tile(
            int rows,
            int width,
            int depth,
            float[] a,
            int aOffset,
            int lda,
            float[] packed,
            int bOffset,
            float[] from,
            int fromOffset,
            int ldFrom,
            float[] bias,
            int biasOffset,
            float[] to,
            int toOffset,
            int ldTo) {
        if (width == PANEL) {
            Vector512Tiles.tileOf2(
                    rows, depth, a, aOffset, lda, packed, bOffset, from, fromOffset, ldFrom, bias, biasOffset, to,
                    toOffset, ldTo);
        } else {
            Vector512Tiles.tileOf1(
                    rows, depth, a, aOffset, lda, packed, bOffset, from, fromOffset, ldFrom, bias, biasOffset, to,
                    toOffset, ldTo);
        }
    }
}
