package dev.flops.tensor.internal.kernel;

import dev.flops.api.Distribution;
import dev.flops.api.NoiseAddress;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * Matrix products by register tiles (Goto and van de Geijn, <em>Anatomy of High-Performance Matrix Multiplication</em>,
 * 2008), but A is packed only when its columns are strided.
 *
 * <p>B is packed in panels as wide as a tile, [panel][p][column], the last padded with +0. Blocks of rows and of p keep
 * A and a panel in the second-level cache. A tile starts from the values so far and adds its bias in registers, so
 * the block sizes do not show in the result. Two neutral elements spare the branches: a fresh product starts from
 * +0, a product without bias adds −0, which changes no value, not even a zero's sign.
 */
final class Vector512MatrixKernels implements MatrixKernels {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_512;
    private static final int LANES = SPECIES.length();
    private static final int MAX_PANEL = Vector512Tiles.MAX_VECTORS * LANES;

    /** Greatest extent of a block along p. */
    private static final int BLOCK_K = 512;

    /** A panel with fewer tiles is through before the next one has come near. */
    private static final int LEAST_TILES_AHEAD = 8;

    /** Greatest number of rows in a block. */
    private static final int BLOCK_M = 40 * Vector512Tiles.MAX_ROWS;

    /**
     * Elements of a row whose noise is generated at a time, a multiple of the noise's group of 32. Rows that are no longer are one run,
     * as many as a vector has lanes, which is fast because it is long; that much noise just fills the first-level cache.
     */
    private static final int NOISE_RUN = 768;

    private static final int TILE = Vector512Tiles.MAX_ROWS * MAX_PANEL;
    private static final int BIAS_AT = TILE;
    private static final int A_AT = BIAS_AT + MAX_PANEL;

    /** Floats at the start of the scratch memory that a product uses when the columns of A are contiguous. */
    static final int TILE_SCRATCH = A_AT;

    private static final int SCRATCH = A_AT + BLOCK_M * BLOCK_K;

    private final NoiseKernels noiseKernels;
    private final float[] zeros = new float[MAX_PANEL];
    private final float[] noBias = new float[MAX_PANEL];

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

    /**
     * Width of the panel that begins where {@code columns} columns remain: the greatest that leaves no single vector,
     * whose tile is the slowest.
     */
    static int panelWidth(int columns) {
        int vectors = (columns + LANES - 1) / LANES;
        if (vectors <= Vector512Tiles.MAX_VECTORS) {
            return vectors * LANES;
        }
        boolean single = vectors == Vector512Tiles.MAX_VECTORS + 1;
        return single && MAX_PANEL > 2 * LANES ? MAX_PANEL - LANES : MAX_PANEL;
    }

    @Override
    public void pack(int k, int n, float[] b, int bOffset, int ldb, float[] packed, int packedOffset) {
        for (int j = 0, width; j < n; j += width) {
            width = panelWidth(n - j);
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
                FloatVector.fromArray(SPECIES, b, bOffset + p * ldb + j).intoArray(packed, offset + p * width + j);
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
        packTransposedColumns(k, n, w, wOffset, ldw, packed, packedOffset);
        for (int j = 0, width; j < n; j += width) {
            width = panelWidth(n - j);
            clearPadding(k, Math.min(width, n - j), width, packed, packedOffset + j * k);
        }
    }

    /** {@link #packTransposed} but for the padding, which keeps its values. */
    static void packTransposedColumns(int k, int n, float[] w, int wOffset, int ldw, float[] packed, int packedOffset) {
        for (int j = 0, width; j < n; j += width) {
            width = panelWidth(n - j);
            transpose(Math.min(width, n - j), k, w, wOffset + j * ldw, ldw, packed, packedOffset + j * k, width);
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
            NoiseAddress noise,
            long first,
            int ldNoise,
            float sigma,
            boolean pair,
            float[] packed,
            int packedOffset,
            float[] scratch) {
        boolean contiguous = ldNoise == k && k <= NOISE_RUN;
        int length = packedLength(k, n);
        int variants = pair ? 2 : 1;
        for (int j = 0, width; j < n; j += width) {
            width = panelWidth(n - j);
            int columns = Math.min(width, n - j);
            int panel = packedOffset + j * k;
            for (int i = 0; i < columns; i += LANES) {
                int rows = Math.min(LANES, columns - i);
                for (int p = 0; p < k; p += NOISE_RUN) {
                    int size = Math.min(NOISE_RUN, k - p);
                    // The noise of rows j + i .. of W: one run of elements, or a run of each row.
                    int runs = contiguous ? 1 : rows;
                    int run = contiguous ? rows * k : size;
                    for (int r = 0; r < runs; r++) {
                        long element = first + (long) (j + i + r) * ldNoise + p;
                        noiseKernels.fill(
                                distribution, noise.key().words(), noise.counter1(), element, run, scratch, r * size);
                    }
                    int from = wOffset + (j + i) * ldw + p;
                    for (int s = 0; s < variants; s++) {
                        int to = panel + s * length + p * width + i;
                        transposePerturbed(
                                rows, size, w, from, ldw, scratch, s == 0 ? sigma : -sigma, packed, to, width);
                    }
                }
            }
            for (int s = 0; s < variants; s++) {
                clearPadding(k, columns, width, packed, panel + s * length);
            }
        }
    }

    /** to[j, i] = fma(scale, noise[i, j], w[i, j]) for at most LANES rows; the noise has rows of {@code columns}. */
    private static void transposePerturbed(
            int rows,
            int columns,
            float[] w,
            int wOffset,
            int ldw,
            float[] noise,
            float scale,
            float[] to,
            int toOffset,
            int ldTo) {
        int full = rows == LANES ? columns - columns % LANES : 0;
        for (int j = 0; j < full; j += LANES) {
            Vector512Tiles.transposePerturbed(
                    w, wOffset + j, ldw, noise, j, columns, scale, to, toOffset + j * ldTo, ldTo);
        }
        for (int j = full; j < columns; j++) {
            for (int i = 0; i < rows; i++) {
                to[toOffset + j * ldTo + i] = Math.fma(scale, noise[i * columns + j], w[wOffset + i * ldw + j]);
            }
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
    static void transpose(
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
        int blocks = Math.max(1, (k + BLOCK_K - 1) / BLOCK_K);
        // All blocks of the chains for some rows of C before the next rows: these stay in a cache meanwhile.
        for (int i = 0; i < m; i += BLOCK_M) {
            int rows = Math.min(BLOCK_M, m - i);
            for (int block = 0; block < blocks; block++) {
                int p = (int) ((long) k * block / blocks);
                int depth = (int) ((long) k * (block + 1) / blocks) - p;
                boolean resume = accumulate || block > 0;
                float[] blockBias = block == blocks - 1 ? bias : null;
                float[] blockA = a;
                int blockOffset = aOffset + i * aRowStride + p * aColumnStride;
                int lda = aRowStride;
                if (aColumnStride != 1) {
                    packA(rows, depth, a, blockOffset, aRowStride, aColumnStride, scratch);
                    blockA = scratch;
                    blockOffset = A_AT;
                    lda = depth;
                }
                for (int j = 0, width; j < n; j += width) {
                    width = panelWidth(n - j);
                    int nextWidth = j + width < n ? panelWidth(n - j - width) : 0;
                    multiplyPanel(
                            rows,
                            Math.min(width, n - j),
                            width,
                            depth,
                            blockA,
                            blockOffset,
                            lda,
                            packed,
                            packedOffset + j * k + p * width,
                            packedOffset + (j + width) * k + p * nextWidth,
                            nextWidth,
                            resume,
                            blockBias,
                            biasOffset + j,
                            c,
                            cOffset + i * ldc + j,
                            ldc,
                            scratch);
                }
            }
        }
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

    /** C = start + A·B + bias for one block of rows and one panel; the tiles bring the next panel near, each a part of it. */
    private void multiplyPanel(
            int m,
            int columns,
            int width,
            int depth,
            float[] a,
            int aOffset,
            int lda,
            float[] packed,
            int bOffset,
            int nextOffset,
            int nextWidth,
            boolean resume,
            float @Nullable [] bias,
            int biasOffset,
            float[] c,
            int cOffset,
            int ldc,
            float[] scratch) {
        boolean ragged = columns < width;
        float[] panelBias = noBias;
        int panelBiasOffset = 0;
        if (bias != null) {
            panelBias = bias;
            panelBiasOffset = biasOffset;
            if (ragged) {
                System.arraycopy(bias, biasOffset, scratch, BIAS_AT, columns);
                panelBias = scratch;
                panelBiasOffset = BIAS_AT;
            }
        }
        // A tile reads and writes C itself, unless it is wider than what there is.
        float[] to = ragged ? scratch : c;
        int ldTo = ragged ? width : ldc;
        float[] start = resume ? to : zeros;
        int ldStart = resume ? ldTo : 0;
        int vectors = width / LANES;
        // The rows are balanced over the tiles: the first m mod tiles of them are one row higher than the others.
        int tiles = (m + Vector512Tiles.MAX_ROWS - 1) / Vector512Tiles.MAX_ROWS;
        int low = m / tiles;
        int high = m - low * tiles;
        int step = tiles < LEAST_TILES_AHEAD ? 0 : (nextWidth + tiles - 1) / tiles;
        for (int tile = 0, i = 0, rows; tile < tiles; tile++, i += rows) {
            rows = tile < high ? low + 1 : low;
            int cTile = cOffset + i * ldc;
            int at = ragged ? 0 : cTile;
            int ahead = step == 0 ? bOffset : nextOffset + Math.min(tile * step, nextWidth - step) * depth;
            if (resume && ragged) {
                copy(rows, columns, c, cTile, ldc, scratch, 0, width);
            }
            Vector512Tiles.tile(
                    rows,
                    vectors,
                    depth,
                    a,
                    aOffset + i * lda,
                    lda,
                    packed,
                    bOffset,
                    start,
                    resume ? at : 0,
                    ldStart,
                    panelBias,
                    panelBiasOffset,
                    to,
                    at,
                    ldTo,
                    ahead,
                    step);
            if (ragged) {
                copy(rows, columns, scratch, 0, width, c, cTile, ldc);
            }
        }
    }

    /** to[i, j] = from[i, j]. */
    static void copy(
            int rows, int columns, float[] from, int fromOffset, int ldFrom, float[] to, int toOffset, int ldTo) {
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                to[toOffset + i * ldTo + j] = from[fromOffset + i * ldFrom + j];
            }
        }
    }
}
