package dev.flops.tensor.internal.kernel;

import dev.flops.tensor.spec.Window;

/**
 * Where a convolution finds the channels of an image: each in a plane of its own with the padding around it, columns sorted by
 * their remainder modulo the stride, so that what a tap reads for neighbouring positions of an output row lies side by side.
 *
 * <p>Padded column X is element X / stride of part X mod stride of its row; with stride 1 a row is as it was. Columns under no
 * tap are left out.
 *
 * @param window geometry of the convolution
 * @param height rows of the image
 * @param width columns of the image
 * @param rows padded rows
 * @param parts parts of a row
 * @param partLength columns of a part
 * @param planeLength distance of planes
 */
record Planes(Window window, int height, int width, int rows, int parts, int partLength, int planeLength) {
    /** Planes that lie a multiple of so many floats apart share their places in the first-level cache. */
    private static final int ALIASING = 256;

    private static final int GAP = 16;

    static Planes of(Window window, int height, int width) {
        int reach = (window.kernelWidth() - 1) * window.dilation();
        int rows = (window.outputHeight(height) - 1) * window.stride()
                + (window.kernelHeight() - 1) * window.dilation()
                + 1;
        int parts = Math.min(window.stride(), reach + 1);
        int partLength = window.outputWidth(width) + reach / window.stride();
        int length = rows * parts * partLength;
        int planeLength = length % ALIASING == 0 ? length + GAP : length;
        return new Planes(window, height, width, rows, parts, partLength, planeLength);
    }

    int rowLength() {
        return parts * partLength;
    }

    /** Distance, in the planes, of neighbouring rows of the output. */
    int outputRowStride() {
        return window.stride() * rowLength();
    }

    /** For each p, how far the tap is from the position's place in the plane of the first channel. */
    void tapsInto(int channels, int[] taps) {
        int p = 0;
        for (int channel = 0; channel < channels; channel++) {
            for (int r = 0; r < window.kernelHeight(); r++) {
                for (int s = 0; s < window.kernelWidth(); s++) {
                    int column = s * window.dilation();
                    taps[p++] = channel * planeLength
                            + r * window.dilation() * rowLength()
                            + column % window.stride() * partLength
                            + column / window.stride();
                }
            }
        }
    }

    /** Copies the part of an image that taps can see; element (y, x) of a channel comes from from[(y · width + x) · stride]. */
    void sortInto(float[] from, int fromOffset, int stride, float[] to, int toOffset) {
        int padding = window.padding();
        int lastRow = Math.min(rows - padding, height);
        for (int y = 0; y < lastRow; y++) {
            for (int part = 0; part < parts; part++) {
                int row = toOffset + (y + padding) * rowLength() + part * partLength;
                int first = Math.max(0, Math.ceilDiv(padding - part, window.stride()));
                int end = Math.min(partLength, Math.ceilDiv(width + padding - part, window.stride()));
                int at = fromOffset + (y * width - padding + part) * stride;
                int step = window.stride() * stride;
                for (int i = first; i < end; i++) {
                    to[row + i] = from[at + i * step];
                }
            }
        }
    }
}
