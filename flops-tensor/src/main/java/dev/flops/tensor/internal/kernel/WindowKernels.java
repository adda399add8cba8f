package dev.flops.tensor.internal.kernel;

import dev.flops.tensor.spec.Window;

/** Sliding windows over channels-last images (height, width, channels). Check-free. */
public interface WindowKernels {
    /**
     * Patch extraction (im2col) of the channels [firstChannel, firstChannel + channels) of one image with
     * {@code allChannels} channels: row = output position (row-major), column = (channel, kernel row, kernel column),
     * the order of a convolution weight (out, in, kh, kw). Padded taps are +0 and take part in the chain like any
     * other. Rows are {@code ldOut} apart.
     */
    void extractPatches(
            Window window,
            int height,
            int width,
            int allChannels,
            int firstChannel,
            int channels,
            float[] in,
            int inOffset,
            float[] out,
            int outOffset,
            int ldOut);

    /** Max pooling of one image: chain of Math.max over the taps inside the image, in row-major order of the taps. */
    void maxPool(
            Window window, int height, int width, int channels, float[] in, int inOffset, float[] out, int outOffset);

    /**
     * Average pooling of one image: chain of additions from +0 over the taps inside the image in row-major order, then
     * one division by their number (padding is not counted).
     */
    void averagePool(
            Window window, int height, int width, int channels, float[] in, int inOffset, float[] out, int outOffset);
}
