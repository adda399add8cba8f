package dev.flops.tensor.internal.kernel;

import dev.flops.tensor.spec.Window;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * Convolution by register tiles straight from the image, whose patches are never written out: its channels are laid into {@link
 * Planes}, and a table leads from each p of the chain to what its tap reads (Dukhan, <em>The Indirect Convolution Algorithm</em>,
 * 2019, has such a table of pointers). The rows of a tile are neighbours in a row of the output.
 *
 * <p>Tiles start from the values so far and add the bias in registers, as those of the matrix product do.
 */
final class Vector512ConvolutionKernels implements ConvolutionKernels {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_512;
    private static final int LANES = SPECIES.length();
    private static final int MAX_PANEL = Vector512Tiles.MAX_VECTORS * LANES;

    /** Greatest extent of a block along p: a panel of weights stays in the second-level cache. */
    private static final int BLOCK_K = 1152;

    /** Floats of the largest tile, or, of half a panel, of what it starts from. */
    private static final int TILE = Math.max(24 * LANES, Vector512WindowTiles.MOST_ROWS_OF_HALF * MAX_PANEL);

    /** Floats of a row of channels of positions. */
    private static final int POSITIONS = Vector512PositionTiles.MAX_VECTORS * LANES;

    private static final int BIAS_AT = Math.max(TILE, LANES * POSITIONS);
    private static final int PLANES_AT = BIAS_AT + MAX_PANEL;

    private final float[] zeros = new float[TILE];
    private final float[] noBias = new float[MAX_PANEL];

    Vector512ConvolutionKernels() {
        Arrays.fill(noBias, -0f);
    }

    @Override
    public int scratchLength(Window window, int height, int width, int channels) {
        return PLANES_AT + channels * Planes.of(window, height, width).planeLength();
    }

    @Override
    public void convolve(
            int images,
            Window window,
            int height,
            int width,
            int allChannels,
            int firstChannel,
            int channels,
            float[] in,
            int inOffset,
            int n,
            float[] packed,
            float @Nullable [] bias,
            int biasOffset,
            float[] out,
            int outOffset,
            int ldOut,
            float[] scratch,
            ConvolutionJob job) {
        int k = channels * window.kernelHeight() * window.kernelWidth();
        Planes planes = job.begin(window, height, width, n, k, packed, scratch, out, ldOut);
        planes.tapsInto(channels, job.taps());
        // The padding: no image is laid over it.
        Arrays.fill(scratch, PLANES_AT, PLANES_AT + channels * planes.planeLength(), 0f);
        int positions = window.outputHeight(height) * window.outputWidth(width);
        for (int image = 0; image < images; image++) {
            int from = inOffset + image * height * width * allChannels + firstChannel;
            lay(planes, channels, allChannels, in, from, scratch);
            multiply(job, bias, biasOffset, outOffset + image * positions * ldOut);
        }
        job.end();
    }

    /** Lays the channels of an image into their planes, row by row and part by part. */
    private static void lay(Planes planes, int channels, int allChannels, float[] in, int inOffset, float[] scratch) {
        int stride = planes.window().stride();
        for (int y = 0; y < planes.seenRows(); y++) {
            for (int part = 0; part < planes.parts(); part++) {
                int first = planes.firstColumn(part);
                int pixel = y * planes.width() + planes.imageColumn(part, first);
                Vector512MatrixKernels.transpose(
                        planes.endColumn(part) - first,
                        channels,
                        in,
                        inOffset + pixel * allChannels,
                        stride * allChannels,
                        scratch,
                        PLANES_AT + planes.place(y, part, first),
                        planes.planeLength());
            }
        }
    }

    private void multiply(ConvolutionJob job, float @Nullable [] bias, int biasOffset, int outOffset) {
        int k = job.k();
        int blocks = (k + BLOCK_K - 1) / BLOCK_K;
        for (int block = 0; block < blocks; block++) {
            int p = (int) ((long) k * block / blocks);
            int depth = (int) ((long) k * (block + 1) / blocks) - p;
            float[] blockBias = block == blocks - 1 ? bias : null;
            for (int j = 0, width; j < job.n(); j += width) {
                width = Vector512MatrixKernels.panelWidth(job.n() - j);
                multiplyPanel(job, p, depth, j, width, blockBias, biasOffset + j, outOffset + j);
            }
        }
    }

    /** The columns of one panel for a block of the chains, row by row of the output. */
    private void multiplyPanel(
            ConvolutionJob job,
            int p,
            int depth,
            int j,
            int width,
            float @Nullable [] bias,
            int biasOffset,
            int outOffset) {
        int columns = Math.min(width, job.n() - j);
        float[] panelBias = noBias;
        int panelBiasOffset = 0;
        if (bias != null) {
            System.arraycopy(bias, biasOffset, job.scratch(), BIAS_AT, columns);
            panelBias = job.scratch();
            panelBiasOffset = BIAS_AT;
        }
        Window window = job.planes().window();
        int rows = window.outputHeight(job.planes().height());
        int positions = window.outputWidth(job.planes().width());
        if (width == LANES && depth == job.k() && positions >= 2 * LANES) {
            for (int y = 0; y < rows; y++) {
                multiplyPositions(
                        job,
                        positions,
                        PLANES_AT + y * job.planes().outputRowStride(),
                        job.k() * j,
                        columns,
                        panelBias,
                        panelBiasOffset,
                        outOffset + y * positions * job.ldOut());
            }
            return;
        }
        for (int y = 0; y < rows; y++) {
            multiplyRow(
                    job,
                    positions,
                    p,
                    depth,
                    PLANES_AT + y * job.planes().outputRowStride(),
                    job.k() * j + p * width,
                    columns,
                    width,
                    panelBias,
                    panelBiasOffset,
                    outOffset + y * positions * job.ldOut());
        }
    }

    /** The positions of an output row, balanced over the tiles. */
    private void multiplyRow(
            ConvolutionJob job,
            int positions,
            int p,
            int depth,
            int aOffset,
            int bOffset,
            int columns,
            int width,
            float[] bias,
            int biasOffset,
            int outOffset) {
        if (width == MAX_PANEL
                && positions <= Vector512WindowTiles.MOST_ROWS_OF_HALF
                && positions > Vector512WindowTiles.mostRows(width / LANES)) {
            multiplyHalves(job, positions, p, depth, aOffset, bOffset, columns, bias, biasOffset, outOffset);
            return;
        }
        boolean resume = p > 0;
        boolean ragged = columns < width;
        float[] scratch = job.scratch();
        int vectors = width / LANES;
        int most = Vector512WindowTiles.mostRows(vectors);
        int tiles = (positions + most - 1) / most;
        int low = positions / tiles;
        int high = positions - low * tiles;
        for (int tile = 0, x = 0, rows; tile < tiles; tile++, x += rows) {
            rows = tile < high ? low + 1 : low;
            int to = outOffset + x * job.ldOut();
            if (resume) {
                Vector512MatrixKernels.copy(rows, columns, job.out(), to, job.ldOut(), scratch, 0, width);
            }
            Vector512WindowTiles.tile(
                    rows,
                    vectors,
                    depth,
                    job.taps(),
                    p,
                    scratch,
                    aOffset + x,
                    job.packed(),
                    bOffset,
                    resume ? scratch : zeros,
                    0,
                    bias,
                    biasOffset,
                    ragged ? scratch : job.out(),
                    ragged ? 0 : to,
                    ragged ? width : job.ldOut());
            if (ragged) {
                Vector512MatrixKernels.copy(rows, columns, scratch, 0, width, job.out(), to, job.ldOut());
            }
        }
    }

    /** A row of the output that is one tile of half a panel high: both halves one after the other. */
    private void multiplyHalves(
            ConvolutionJob job,
            int positions,
            int p,
            int depth,
            int aOffset,
            int bOffset,
            int columns,
            float[] bias,
            int biasOffset,
            int outOffset) {
        boolean resume = p > 0;
        boolean ragged = columns < MAX_PANEL;
        float[] scratch = job.scratch();
        if (resume) {
            Vector512MatrixKernels.copy(positions, columns, job.out(), outOffset, job.ldOut(), scratch, 0, MAX_PANEL);
        }
        for (int j = 0; j < MAX_PANEL; j += MAX_PANEL / 2) {
            Vector512WindowTiles.half(
                    positions,
                    depth,
                    job.taps(),
                    p,
                    scratch,
                    aOffset,
                    job.packed(),
                    bOffset + j,
                    resume ? scratch : zeros,
                    j,
                    bias,
                    biasOffset + j,
                    ragged ? scratch : job.out(),
                    ragged ? j : outOffset + j,
                    ragged ? MAX_PANEL : job.ldOut());
        }
        if (ragged) {
            Vector512MatrixKernels.copy(positions, columns, scratch, 0, MAX_PANEL, job.out(), outOffset, job.ldOut());
        }
    }

    /**
     * The positions of an output row for one vector of channels, by tiles whose lanes are positions. The last vector of a row ends
     * with it, so it may compute again what the one before it has.
     */
    private void multiplyPositions(
            ConvolutionJob job,
            int positions,
            int aOffset,
            int bOffset,
            int columns,
            float[] bias,
            int biasOffset,
            int outOffset) {
        int most = Vector512PositionTiles.MAX_VECTORS;
        int vectors = positions / LANES;
        for (int v = 0, width; v < vectors; v += width) {
            int tiles = (vectors - v + most - 1) / most;
            width = (vectors - v + tiles - 1) / tiles;
            multiplyVectors(job, width, v * LANES, aOffset, bOffset, columns, bias, biasOffset, outOffset);
        }
        if (positions % LANES > 0) {
            multiplyVectors(job, 1, positions - LANES, aOffset, bOffset, columns, bias, biasOffset, outOffset);
        }
    }

    private void multiplyVectors(
            ConvolutionJob job,
            int vectors,
            int x,
            int aOffset,
            int bOffset,
            int columns,
            float[] bias,
            int biasOffset,
            int outOffset) {
        float[] scratch = job.scratch();
        for (int c = 0; c < columns; c += Vector512PositionTiles.CHANNELS) {
            Vector512PositionTiles.tile(
                    vectors,
                    job.k(),
                    job.taps(),
                    scratch,
                    aOffset + x,
                    job.packed(),
                    bOffset + c,
                    bias,
                    biasOffset + c,
                    scratch,
                    c * POSITIONS);
        }
        for (int v = 0; v < vectors; v++) {
            int to = outOffset + (x + v * LANES) * job.ldOut();
            if (columns == LANES) {
                Vector512Tiles.transpose(scratch, v * LANES, POSITIONS, job.out(), to, job.ldOut());
            } else {
                Vector512MatrixKernels.transpose(
                        columns, LANES, scratch, v * LANES, POSITIONS, job.out(), to, job.ldOut());
            }
        }
    }
}
