package dev.flops.tensor.internal.kernel;

import dev.flops.tensor.spec.Window;
import java.util.Arrays;

/**
 * Windows by copies, maxima and additions over the channels of one tap: plain loops over independent elements, bound by
 * memory. Maxima are not what the compiler makes vectors of: {@link Vector512WindowKernels} has them.
 */
final class PortableWindowKernels implements WindowKernels {
    @Override
    public void extractPatches(
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
            int ldOut) {
        int outHeight = window.outputHeight(height);
        int outWidth = window.outputWidth(width);
        int taps = window.kernelHeight() * window.kernelWidth();
        int row = outOffset;
        for (int oy = 0; oy < outHeight; oy++) {
            for (int ox = 0; ox < outWidth; ox++, row += ldOut) {
                for (int tap = 0; tap < taps; tap++) {
                    int pixel = pixel(window, height, width, oy, ox, tap);
                    if (pixel < 0) {
                        clear(channels, taps, out, row + tap);
                    } else {
                        spread(channels, taps, in, inOffset + pixel * allChannels + firstChannel, out, row + tap);
                    }
                }
            }
        }
    }

    /** Index of the input pixel under a tap, or −1 in the padding. */
    static int pixel(Window window, int height, int width, int oy, int ox, int tap) {
        int y = oy * window.stride() - window.padding() + tap / window.kernelWidth() * window.dilation();
        int x = ox * window.stride() - window.padding() + tap % window.kernelWidth() * window.dilation();
        return y < 0 || y >= height || x < 0 || x >= width ? -1 : y * width + x;
    }

    private static void spread(int n, int stride, float[] from, int fromOffset, float[] to, int toOffset) {
        for (int c = 0; c < n; c++) {
            to[toOffset + c * stride] = from[fromOffset + c];
        }
    }

    private static void clear(int n, int stride, float[] to, int toOffset) {
        for (int c = 0; c < n; c++) {
            to[toOffset + c * stride] = 0;
        }
    }

    @Override
    public void maxPool(
            Window window, int height, int width, int channels, float[] in, int inOffset, float[] out, int outOffset) {
        int outHeight = window.outputHeight(height);
        int outWidth = window.outputWidth(width);
        int taps = window.kernelHeight() * window.kernelWidth();
        int o = outOffset;
        for (int oy = 0; oy < outHeight; oy++) {
            for (int ox = 0; ox < outWidth; ox++, o += channels) {
                Arrays.fill(out, o, o + channels, Float.NEGATIVE_INFINITY);
                for (int tap = 0; tap < taps; tap++) {
                    int pixel = pixel(window, height, width, oy, ox, tap);
                    if (pixel >= 0) {
                        takeMax(channels, in, inOffset + pixel * channels, out, o);
                    }
                }
            }
        }
    }

    private static void takeMax(int n, float[] x, int xOffset, float[] y, int yOffset) {
        for (int c = 0; c < n; c++) {
            y[yOffset + c] = Math.max(y[yOffset + c], x[xOffset + c]);
        }
    }

    @Override
    public void averagePool(
            Window window, int height, int width, int channels, float[] in, int inOffset, float[] out, int outOffset) {
        int outHeight = window.outputHeight(height);
        int outWidth = window.outputWidth(width);
        int taps = window.kernelHeight() * window.kernelWidth();
        int o = outOffset;
        for (int oy = 0; oy < outHeight; oy++) {
            for (int ox = 0; ox < outWidth; ox++, o += channels) {
                Arrays.fill(out, o, o + channels, 0);
                int count = 0;
                for (int tap = 0; tap < taps; tap++) {
                    int pixel = pixel(window, height, width, oy, ox, tap);
                    if (pixel >= 0) {
                        add(channels, in, inOffset + pixel * channels, out, o);
                        count++;
                    }
                }
                divide(channels, count, out, o);
            }
        }
    }

    private static void add(int n, float[] x, int xOffset, float[] y, int yOffset) {
        for (int c = 0; c < n; c++) {
            y[yOffset + c] += x[xOffset + c];
        }
    }

    private static void divide(int n, float divisor, float[] y, int yOffset) {
        for (int c = 0; c < n; c++) {
            y[yOffset + c] /= divisor;
        }
    }
}
