package dev.flops.tensor.internal.kernel;

import dev.flops.tensor.spec.Window;
import org.jspecify.annotations.Nullable;

/** Convolution without vectors, the specification of all others: the patches of an image times the weights. */
final class ScalarConvolutionKernels implements ConvolutionKernels {
    private final WindowKernels windowKernels;
    private final MatrixKernels matrixKernels;

    ScalarConvolutionKernels(WindowKernels windowKernels, MatrixKernels matrixKernels) {
        this.windowKernels = windowKernels;
        this.matrixKernels = matrixKernels;
    }

    @Override
    public int scratchLength(Window window, int height, int width, int channels) {
        int positions = window.outputHeight(height) * window.outputWidth(width);
        return matrixKernels.scratchLength() + positions * channels * window.kernelHeight() * window.kernelWidth();
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
        int positions = window.outputHeight(height) * window.outputWidth(width);
        int k = channels * window.kernelHeight() * window.kernelWidth();
        int patches = matrixKernels.scratchLength();
        for (int image = 0; image < images; image++) {
            int from = inOffset + image * height * width * allChannels;
            windowKernels.extractPatches(
                    window, height, width, allChannels, firstChannel, channels, in, from, scratch, patches, k);
            matrixKernels.multiply(
                    positions,
                    n,
                    k,
                    scratch,
                    patches,
                    k,
                    1,
                    packed,
                    0,
                    false,
                    bias,
                    biasOffset,
                    out,
                    outOffset + image * positions * ldOut,
                    ldOut,
                    scratch);
        }
    }
}
