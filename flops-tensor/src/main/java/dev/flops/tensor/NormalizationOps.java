package dev.flops.tensor;

import dev.flops.tensor.internal.kernel.Kernels;

/** Normalisations of channels-last images that do not couple the images of a batch. */
public final class NormalizationOps {
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
     */
    public void standardizeInto(Tensor images, Tensor mean, Tensor variance, float epsilon, Tensor out) {
        int channels = images.shape().extent(-1);
        Checks.requireElements("mean", mean, channels);
        Checks.requireElements("variance", variance, channels);
        Checks.requireElements("out", out, images.elements());
        float[] scale = new float[channels];
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
