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

    /** Rows of the image, from the first on, that lie in the planes. */
    int seenRows() {
        return Math.min(rows - window.padding(), height);
    }

    /** First column of a part that is not padding. */
    int firstColumn(int part) {
        return Math.min(partLength, Math.max(0, Math.ceilDiv(window.padding() - part, window.stride())));
    }

    /** One past the last column of a part that is not padding. */
    int endColumn(int part) {
        int end = Math.min(partLength, Math.ceilDiv(width + window.padding() - part, window.stride()));
        return Math.max(end, firstColumn(part));
    }

    /** The image's column that is a part's column i. */
    int imageColumn(int part, int i) {
        return i * window.stride() + part - window.padding();
    }

    /** Where column i of a part of the image's row y lies in its plane. */
    int place(int y, int part, int i) {
        return (y + window.padding()) * rowLength() + part * partLength + i;
    }
}
