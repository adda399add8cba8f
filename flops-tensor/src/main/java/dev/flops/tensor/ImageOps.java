package dev.flops.tensor;

import dev.flops.tensor.internal.kernel.Kernels;
import dev.flops.tensor.spec.Window;
import org.jspecify.annotations.Nullable;

/**
 * Sliding windows over channels-last images (R, height, width, channels).
 */
public final class ImageOps {
    private final Kernels kernels;

    ImageOps(Kernels kernels) {
        this.kernels = kernels;
    }

    /**
     * Patch extraction (im2col) of a group of channels; padded taps are 0.
     *
     * @param images (R, height, width, channels), not modified
     * @param window geometry
     * @param groups number of channel groups, a divisor of channels
     * @param group which group to extract
     * @param out (R, outHeight·outWidth, (channels / groups)·kernelHeight·kernelWidth), modified; columns run over
     *     (channel, kernel row, kernel column)
     */
    public void extractPatchesInto(Tensor images, Window window, int groups, int group, Tensor out) {
        Checks.requireRank("images", images, 4);
        int height = images.shape().extent(1);
        int width = images.shape().extent(2);
        int channels = images.shape().extent(3);
        Checks.requireGroup(channels, groups, group);
        int share = channels / groups;
        int positions = window.outputHeight(height) * window.outputWidth(width);
        int columns = share * window.kernelHeight() * window.kernelWidth();
        int rows = images.shape().extent(0);
        Checks.requireShape("out", out, rows, positions, columns);
        for (int r = 0; r < rows; r++) {
            kernels.window()
                    .extractPatches(
                            window,
                            height,
                            width,
                            channels,
                            group * share,
                            share,
                            images.array(),
                            images.offset() + r * height * width * channels,
                            out.array(),
                            out.offset() + r * positions * columns,
                            columns);
        }
    }

    /**
     * Convolution of a group of channels. Element p of the chain of an output runs over (channel, kernel row, kernel column), padded
     * taps are 0.
     *
     * @param images (R, height, width, channels), not modified
     * @param window geometry
     * @param groups number of channel groups, a divisor of channels
     * @param group which group to convolve
     * @param weights packed Wᵀ, ((channels / groups)·kernelHeight·kernelWidth, n)
     * @param bias (n), or null for none
     * @param out (R, outHeight, outWidth, groups · n), of which columns group · n and n − 1 more are modified; must not overlap
     *     images
     * @param workspace scratch memory
     */
    public void convolveInto(
            Tensor images,
            Window window,
            int groups,
            int group,
            PackedMatrix weights,
            @Nullable Tensor bias,
            Tensor out,
            Workspace workspace) {
        Checks.requireRank("images", images, 4);
        Checks.requireGroup(images.shape().extent(3), groups, group);
        int height = images.shape().extent(1);
        int width = images.shape().extent(2);
        int channels = images.shape().extent(3);
        int share = channels / groups;
        int taps = share * window.kernelHeight() * window.kernelWidth();
        int n = weights.columns();
        if (weights.rows() != taps) {
            throw new IllegalArgumentException("weights.rows = " + weights.rows() + ", expected " + taps);
        }
        int rows = images.shape().extent(0);
        Checks.requireShape("out", out, rows, window.outputHeight(height), window.outputWidth(width), groups * n);
        if (bias != null) {
            Checks.requireElements("bias", bias, n);
        }
        kernels.convolution()
                .convolve(
                        rows,
                        window,
                        height,
                        width,
                        channels,
                        group * share,
                        share,
                        images.array(),
                        images.offset(),
                        n,
                        weights.array(),
                        bias == null ? null : bias.array(),
                        bias == null ? 0 : bias.offset(),
                        out.array(),
                        out.offset() + group * n,
                        groups * n,
                        workspace.scratch(kernels.convolution().scratchLength(window, height, width, share)),
                        workspace.convolutionJob());
    }

    /**
     * Max pooling over the taps inside the image.
     *
     * @param images (R, height, width, channels), not modified
     * @param window geometry; every window must touch the image
     * @param out (R, outHeight, outWidth, channels), modified
     */
    public void maxPoolInto(Tensor images, Window window, Tensor out) {
        Checks.requirePooling(images, window, out);
        Shape shape = images.shape();
        int rows = shape.extent(0);
        int in = images.elements() / rows;
        int pooled = out.elements() / rows;
        for (int r = 0; r < rows; r++) {
            kernels.window()
                    .maxPool(
                            window,
                            shape.extent(1),
                            shape.extent(2),
                            shape.extent(3),
                            images.array(),
                            images.offset() + r * in,
                            out.array(),
                            out.offset() + r * pooled);
        }
    }

    /**
     * Average pooling over the taps inside the image; padding is not counted.
     *
     * @param images (R, height, width, channels), not modified
     * @param window geometry; every window must touch the image
     * @param out (R, outHeight, outWidth, channels), modified
     */
    public void averagePoolInto(Tensor images, Window window, Tensor out) {
        Checks.requirePooling(images, window, out);
        Shape shape = images.shape();
        int rows = shape.extent(0);
        int in = images.elements() / rows;
        int pooled = out.elements() / rows;
        for (int r = 0; r < rows; r++) {
            kernels.window()
                    .averagePool(
                            window,
                            shape.extent(1),
                            shape.extent(2),
                            shape.extent(3),
                            images.array(),
                            images.offset() + r * in,
                            out.array(),
                            out.offset() + r * pooled);
        }
    }
}
