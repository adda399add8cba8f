package dev.flops.models.data.image;

import java.util.Arrays;

/** Copies rectangles of images. */
final class Rows {
    private Rows() {}

    /** The rectangle of {@code after} whose first pixel is (top, left), which may lie outside; what is outside is {@code fill}. */
    static void copyInto(
            float[] image, ImageShape shape, int top, int left, float fill, float[] out, ImageShape after) {
        int channels = shape.channels();
        int skipped = Math.clamp(-(long) left, 0, after.width());
        int copied = Math.max(0, Math.min(after.width(), shape.width() - left) - skipped);
        for (int y = 0; y < after.height(); y++) {
            int row = y * after.width() * channels;
            if (top + y < 0 || top + y >= shape.height() || copied == 0) {
                Arrays.fill(out, row, row + after.width() * channels, fill);
                continue;
            }
            int first = row + skipped * channels;
            int end = first + copied * channels;
            Arrays.fill(out, row, first, fill);
            int from = ((top + y) * shape.width() + left + skipped) * channels;
            System.arraycopy(image, from, out, first, copied * channels);
            Arrays.fill(out, end, row + after.width() * channels, fill);
        }
    }
}
