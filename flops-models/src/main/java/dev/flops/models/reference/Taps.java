package dev.flops.models.reference;

import dev.flops.tensor.spec.Window;

/** Which pixel a tap of a window looks at. */
final class Taps {
    private Taps() {}

    /** Index y · width + x of the pixel under a tap of the window at output position (oy, ox), or −1 in the padding. */
    static int pixel(Window window, int height, int width, int oy, int ox, int tap) {
        int y = oy * window.stride() - window.padding() + tap / window.kernelWidth() * window.dilation();
        int x = ox * window.stride() - window.padding() + tap % window.kernelWidth() * window.dilation();
        return y < 0 || y >= height || x < 0 || x >= width ? -1 : y * width + x;
    }
}
