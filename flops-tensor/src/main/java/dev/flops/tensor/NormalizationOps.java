package dev.flops.tensor;

import dev.flops.tensor.internal.kernel.ElementwiseKernels;
import dev.flops.tensor.internal.kernel.Kernels;
import dev.flops.tensor.internal.kernel.RowKernels;
import java.util.Arrays;

/** Normalisations of channels-last images that do not couple the images of a batch. */
public final class NormalizationOps {
    /** Virtual lanes of a reduction. */
    private static final int LANES = 16;

    private final Kernels kernels;

    NormalizationOps(Kernels kernels) {
        this.kernels = kernels;
    }

    /**
     * Group normalisation without its affine part (Wu and He, ECCV 2018): per image and group of channels,
     * (x − mean) / √(var + epsilon) over all positions and channels of the group.
     *
     * @param images (R, ..., channels), not modified
     * @param groups number of channel groups, a divisor of channels
     * @param epsilon added to the variance
     * @param out as images, modified; may be images
     * @param workspace scratch memory
     */
    public void groupNormInto(Tensor images, int groups, float epsilon, Tensor out, Workspace workspace) {
        int channels = images.shape().extent(-1);
        if (groups < 1 || channels % groups != 0) {
            throw new IllegalArgumentException(
                    "groups = " + groups + ", expected a divisor of " + channels + " channels");
        }
        Checks.requireElements("out", out, images.elements());
        int rows = images.shape().extent(0);
        int share = channels / groups;
        int positions = images.elements() / rows / channels;
        if (LANES % share == 0) {
            groupNormByColumns(images, channels, share, positions, epsilon, out, workspace);
            return;
        }
        long mark = workspace.mark();
        Tensor group = workspace.take(Shape.of(positions, share));
        for (int r = 0; r < rows; r++) {
            for (int g = 0; g < groups; g++) {
                int from = r * positions * channels + g * share;
                copyGroup(images, from, channels, group, true);
                kernels.row()
                        .layerNorm(
                                1,
                                positions * share,
                                group.array(),
                                group.offset(),
                                null,
                                0,
                                null,
                                0,
                                epsilon,
                                group.array(),
                                group.offset());
                copyGroup(out, from, channels, group, false);
            }
        }
        workspace.release(mark);
    }

    /**
     * As {@link RowKernels#layerNorm} on the elements (position, channel) of each group, without bringing them together: virtual lane l
     * adds up channel l mod share of every (16 / share)th position. So the positions are rows of 16 / share times as many
     * columns, whose chains are those of the lanes.
     */
    private void groupNormByColumns(
            Tensor images, int channels, int share, int positions, float epsilon, Tensor out, Workspace workspace) {
        int columns = LANES / share * channels;
        int whole = positions / (LANES / share);
        int rest = positions * channels - whole * columns;
        ElementwiseKernels maps = kernels.elementwise();
        long mark = workspace.mark();
        Tensor sums = workspace.take(Shape.of(columns));
        Tensor means = workspace.take(Shape.of(channels));
        Tensor factors = workspace.take(Shape.of(channels));
        Tensor lanes = workspace.take(Shape.of(LANES));
        for (int r = 0; r < images.shape().extent(0); r++) {
            int from = images.offset() + r * positions * channels;
            int to = out.offset() + r * positions * channels;
            fill(sums, 0);
            maps.addColumnSums(whole, columns, images.array(), from, sums.array(), sums.offset());
            maps.addColumnSums(1, rest, images.array(), from + whole * columns, sums.array(), sums.offset());
            foldInto(sums, share, positions * share, lanes, means);
            fill(factors, 1);
            standardize(positions, images.array(), from, means, factors, out.array(), to);
            fill(sums, 0);
            addSquares(whole, columns, out.array(), to, sums);
            addSquares(1, rest, out.array(), to + whole * columns, sums);
            foldInto(sums, share, positions * share, lanes, factors);
            for (int c = factors.offset(); c < factors.offset() + channels; c++) {
                factors.array()[c] = 1f / (float) Math.sqrt(factors.array()[c] + epsilon);
            }
            fill(means, 0);
            standardize(positions, out.array(), to, means, factors, out.array(), to);
        }
        workspace.release(mark);
    }

    /** Means of the groups' elements from the sums of their lanes, for each of their channels. */
    private void foldInto(Tensor sums, int share, int elements, Tensor lanes, Tensor means) {
        int channels = means.elements();
        for (int c = 0; c < channels; c += share) {
            for (int lane = 0; lane < LANES; lane++) {
                lanes.array()[lanes.offset() + lane] =
                        sums.array()[sums.offset() + lane / share * channels + c + lane % share];
            }
            float mean = kernels.row().sum(LANES, lanes.array(), lanes.offset()) / elements;
            Arrays.fill(means.array(), means.offset() + c, means.offset() + c + share, mean);
        }
    }

    private static void fill(Tensor tensor, float value) {
        Arrays.fill(tensor.array(), tensor.offset(), tensor.offset() + tensor.elements(), value);
    }

    private void addSquares(int rows, int n, float[] x, int xOffset, Tensor sums) {
        kernels.elementwise().addColumnDots(rows, n, x, xOffset, x, xOffset, sums.array(), sums.offset());
    }

    private void standardize(
            int rows, float[] x, int xOffset, Tensor means, Tensor factors, float[] out, int outOffset) {
        kernels.elementwise()
                .standardizeRow(
                        rows,
                        means.elements(),
                        x,
                        xOffset,
                        means.array(),
                        means.offset(),
                        factors.array(),
                        factors.offset(),
                        out,
                        outOffset);
    }

    private static void copyGroup(Tensor images, int from, int channels, Tensor group, boolean toGroup) {
        int share = group.shape().extent(1);
        for (int p = 0; p < group.shape().extent(0); p++) {
            int image = images.offset() + from + p * channels;
            int at = group.offset() + p * share;
            if (toGroup) {
                System.arraycopy(images.array(), image, group.array(), at, share);
            } else {
                System.arraycopy(group.array(), at, images.array(), image, share);
            }
        }
    }

    /**
     * Normalisation with given statistics: (x − mean[c]) / √(variance[c] + epsilon) per channel c.
     *
     * @param images (..., channels), not modified
     * @param mean (channels), not modified
     * @param variance (channels), not modified
     * @param epsilon added to the variance
     * @param out as images, modified; may be images
     * @param workspace scratch memory
     */
    public void standardizeInto(
            Tensor images, Tensor mean, Tensor variance, float epsilon, Tensor out, Workspace workspace) {
        int channels = images.shape().extent(-1);
        Checks.requireElements("mean", mean, channels);
        Checks.requireElements("variance", variance, channels);
        Checks.requireElements("out", out, images.elements());
        float[] scale = workspace.scratch(channels);
        for (int c = 0; c < channels; c++) {
            scale[c] = (float) (1 / StrictMath.sqrt((double) variance.array()[variance.offset() + c] + epsilon));
        }
        kernels.elementwise()
                .standardizeRow(
                        Checks.rows(images),
                        channels,
                        images.array(),
                        images.offset(),
                        mean.array(),
                        mean.offset(),
                        scale,
                        0,
                        out.array(),
                        out.offset());
    }

    /**
     * out = fma(x, gamma[c], beta[c]) per channel c.
     *
     * @param x (..., channels), not modified
     * @param gamma (channels), not modified
     * @param beta (channels), not modified
     * @param out as x, modified; may be x
     */
    public void affineInto(Tensor x, Tensor gamma, Tensor beta, Tensor out) {
        int channels = x.shape().extent(-1);
        Checks.requireElements("gamma", gamma, channels);
        Checks.requireElements("beta", beta, channels);
        Checks.requireElements("out", out, x.elements());
        kernels.elementwise()
                .affineRow(
                        Checks.rows(x),
                        channels,
                        x.array(),
                        x.offset(),
                        gamma.array(),
                        gamma.offset(),
                        beta.array(),
                        beta.offset(),
                        out.array(),
                        out.offset());
    }
}
