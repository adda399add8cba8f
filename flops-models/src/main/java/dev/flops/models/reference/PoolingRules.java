package dev.flops.models.reference;

import dev.flops.tensor.Tensor;
import dev.flops.tensor.spec.Window;

/** Poolings of channels-last images. */
final class PoolingRules {
    private PoolingRules() {}

    /** ∂y goes to the largest pixel under the window, the first of equals. */
    static Tensor max(BackwardPass pass, Tensor x, Window window, Tensor dy) {
        return spread(pass, x, window, dy, PoolingRules::toLargest);
    }

    /** ∂y is shared evenly among the pixels under the window. */
    static Tensor average(BackwardPass pass, Tensor x, Window window, Tensor dy) {
        return spread(pass, x, window, dy, PoolingRules::toAll);
    }

    /** What one output gives to the pixels of its window. */
    private interface Share {
        /** pixels[0 .. count) are indices into x and dx. */
        void spread(float[] x, int xOffset, int[] pixels, int count, float dy, float[] dx, int dxOffset);
    }

    private static void toLargest(float[] x, int xOffset, int[] pixels, int count, float dy, float[] dx, int dxOffset) {
        int best = pixels[0];
        for (int i = 1; i < count; i++) {
            if (x[xOffset + pixels[i]] > x[xOffset + best]) {
                best = pixels[i];
            }
        }
        dx[dxOffset + best] += dy;
    }

    private static void toAll(float[] x, int xOffset, int[] pixels, int count, float dy, float[] dx, int dxOffset) {
        for (int i = 0; i < count; i++) {
            dx[dxOffset + pixels[i]] += dy / count;
        }
    }

    private static Tensor spread(BackwardPass pass, Tensor x, Window window, Tensor dy, Share share) {
        int height = x.shape().extent(1);
        int width = x.shape().extent(2);
        int channels = x.shape().extent(3);
        int taps = window.kernelHeight() * window.kernelWidth();
        int[] pixels = new int[taps];
        Tensor dx = pass.takeZeros(x.shape());
        int from = dy.offset();
        for (int r = 0; r < x.shape().extent(0); r++) {
            int image = r * height * width * channels;
            for (int oy = 0; oy < window.outputHeight(height); oy++) {
                for (int ox = 0; ox < window.outputWidth(width); ox++) {
                    int count = 0;
                    for (int tap = 0; tap < taps; tap++) {
                        int pixel = Taps.pixel(window, height, width, oy, ox, tap);
                        if (pixel >= 0) {
                            pixels[count++] = pixel * channels;
                        }
                    }
                    for (int c = 0; c < channels; c++) {
                        float value = dy.array()[from++];
                        int at = image + c;
                        share.spread(x.array(), x.offset() + at, pixels, count, value, dx.array(), dx.offset() + at);
                    }
                }
            }
        }
        return dx;
    }
}
