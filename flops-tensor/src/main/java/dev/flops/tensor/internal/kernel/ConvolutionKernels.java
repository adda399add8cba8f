package dev.flops.tensor.internal.kernel;

import dev.flops.tensor.spec.Window;
import org.jspecify.annotations.Nullable;

/** Convolution of channels-last images with packed weights. Check-free. */
public interface ConvolutionKernels {
    /** Floats of scratch memory that {@link #convolve} needs for so many channels. */
    int scratchLength(Window window, int height, int width, int channels);

    /**
     * Each of {@code images} consecutive images (height, width, allChannels) to (output positions, n), rows {@code ldOut}
     * apart. B (k × n) is packed as {@link MatrixKernels#packTransposed} does; p = 0 .. k − 1 runs over the channels
     * [firstChannel, firstChannel + channels), kernel rows and kernel columns, the last fastest:
     *
     * <pre>
     *   out[position, j] = (chain over p of fma(x[position, p], B[p, j], o), from +0) + bias[j]
     * </pre>
     *
     * x[position, p] is what {@link WindowKernels#extractPatches} finds; padded taps are +0 and take part in the chain like any
     * other. {@code bias} may be null.
     *
     * @param job an object that convolutions on this thread use again
     */
    void convolve(
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
            ConvolutionJob job);
}
