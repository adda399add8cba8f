package dev.flops.models.data.image;

/**
 * Bilinear interpolation of images to another size.
 *
 * <p>Row or column i of n, out of m, has its centre at u = (i + ½) m/n in the original (centres of pixels, corners not aligned).
 * Its value is the mean of the original's, weighted by a triangle:
 *
 * <pre>
 *   w_j ∝ max(0, 1 − |j + ½ − u| / s)        s = max(1, m/n) with antialiasing, 1 without
 * </pre>
 *
 * <p>over the j inside of the image, first along rows, then along columns. Without antialiasing that is
 * {@code interpolate(mode="bilinear", align_corners=False)} of PyTorch, with it the same with {@code antialias=True}, which is
 * what Pillow and torchvision compute of pictures but for Pillow's rounding to bytes after each axis. Computed in double
 * precision, rounded once.
 */
final class BilinearResize {
    private BilinearResize() {}

    /** The weights of one axis: value i is the sum of weights[i][k] · original[first[i] + k]. */
    private record Taps(int[] first, double[][] weights) {
        static Taps of(int from, int to, boolean antialias) {
            int[] first = new int[to];
            double[][] weights = new double[to][];
            double scale = (double) from / to;
            double support = antialias ? Math.max(1, scale) : 1;
            for (int i = 0; i < to; i++) {
                double centre = (i + 0.5) * scale;
                first[i] = Math.max(0, (int) StrictMath.floor(centre - support));
                int end = Math.min(from, (int) StrictMath.ceil(centre + support));
                double[] w = new double[end - first[i]];
                double sum = 0;
                for (int k = 0; k < w.length; k++) {
                    w[k] = Math.max(0, 1 - Math.abs(first[i] + k + 0.5 - centre) / support);
                    sum += w[k];
                }
                for (int k = 0; k < w.length; k++) {
                    w[k] /= sum;
                }
                weights[i] = w;
            }
            return new Taps(first, weights);
        }
    }

    /** Resizes an image of {@code shape} to (height, width); writes height · width · channels values from {@code offset} on. */
    static void resizeInto(
            float[] image, ImageShape shape, int height, int width, boolean antialias, float[] out, int offset) {
        int channels = shape.channels();
        Taps columns = Taps.of(shape.width(), width, antialias);
        Taps rows = Taps.of(shape.height(), height, antialias);
        // (shape.height, width, channels)
        double[] narrowed = new double[shape.height() * width * channels];
        for (int y = 0; y < shape.height(); y++) {
            for (int x = 0; x < width; x++) {
                double[] w = columns.weights[x];
                for (int c = 0; c < channels; c++) {
                    double sum = 0;
                    int at = (y * shape.width() + columns.first[x]) * channels + c;
                    for (int k = 0; k < w.length; k++) {
                        sum += w[k] * image[at + k * channels];
                    }
                    narrowed[(y * width + x) * channels + c] = sum;
                }
            }
        }
        int stride = width * channels;
        for (int y = 0; y < height; y++) {
            double[] w = rows.weights[y];
            for (int i = 0; i < stride; i++) {
                double sum = 0;
                for (int k = 0; k < w.length; k++) {
                    sum += w[k] * narrowed[(rows.first[y] + k) * stride + i];
                }
                out[offset + y * stride + i] = (float) sum;
            }
        }
    }
}
