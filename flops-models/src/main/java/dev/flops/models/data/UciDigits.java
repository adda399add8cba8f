package dev.flops.models.data;

import dev.flops.api.LabelledExamples;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * Handwritten digits of the UCI repository: 1,797 grey images, ten classes, embedded whole; every fourth example of each class,
 * in file order, is for testing (445), the others for training (1,352).
 *
 * <p>The original has 8 × 8 pixels v of 0 to 16. An example has the shape (28, 28, 1): v/16 is resized by bilinear interpolation
 * between pixel centres, pixels beyond the border being those of the border, and rounded to a byte. Features are normalised with
 * {@link FashionMnist#NORMALIZATION}, so that a network pre-trained there sees the same scale.
 *
 * <p>Reference: E. Alpaydin, C. Kaynak, <em>Optical Recognition of Handwritten Digits</em>, UCI Machine Learning Repository,
 * 1998. Origin and licence stand beside the embedded files.
 */
public final class UciDigits {
    /** Number of classes. */
    public static final int CLASSES = 10;

    /** Height and width of an example, in pixels. */
    public static final int SIDE = 28;

    private static final int ORIGINAL_SIDE = 8;
    private static final int LARGEST = 16;
    private static final int TEST_SHARE = 4;

    private UciDigits() {}

    /**
     * The examples for training, decoded anew at each call.
     *
     * @return 1,352 examples
     */
    public static LabelledExamples train() {
        return ClassSplit.allButEveryNth(all(), TEST_SHARE);
    }

    /**
     * The examples for testing, decoded anew at each call.
     *
     * @return 445 examples
     */
    public static LabelledExamples test() {
        return ClassSplit.everyNth(all(), TEST_SHARE);
    }

    /**
     * All examples in file order, decoded anew at each call.
     *
     * @return 1,797 examples
     */
    public static IdxDataset all() {
        IdxArray small = resource("digits-images-idx3-ubyte.gz");
        int count = small.extent(0);
        byte[] pixels = new byte[count * SIDE * SIDE];
        for (int i = 0; i < count; i++) {
            enlarge(small, i * ORIGINAL_SIDE * ORIGINAL_SIDE, pixels, i * SIDE * SIDE);
        }
        IdxArray images = new IdxArray(small.source(), new int[] {count, SIDE, SIDE}, pixels);
        return IdxDataset.of(images, resource("digits-labels-idx1-ubyte.gz"), CLASSES, FashionMnist.NORMALIZATION);
    }

    private static void enlarge(IdxArray from, int first, byte[] to, int offset) {
        for (int y = 0; y < SIDE; y++) {
            double v = centre(y);
            int top = (int) v;
            int bottom = Math.min(top + 1, ORIGINAL_SIDE - 1);
            for (int x = 0; x < SIDE; x++) {
                double u = centre(x);
                int left = (int) u;
                int right = Math.min(left + 1, ORIGINAL_SIDE - 1);
                double above = mix(
                        from.get(first + top * ORIGINAL_SIDE + left),
                        from.get(first + top * ORIGINAL_SIDE + right),
                        u - left);
                double below = mix(
                        from.get(first + bottom * ORIGINAL_SIDE + left),
                        from.get(first + bottom * ORIGINAL_SIDE + right),
                        u - left);
                to[offset + y * SIDE + x] = (byte) StrictMath.round(mix(above, below, v - top) * 255 / LARGEST);
            }
        }
    }

    /** Where the centre of a pixel lies in the original, kept between the centres of its outermost pixels. */
    private static double centre(int pixel) {
        double at = (pixel + 0.5) * ORIGINAL_SIDE / SIDE - 0.5;
        return Math.max(0, Math.min(ORIGINAL_SIDE - 1, at));
    }

    private static double mix(double a, double b, double share) {
        return a + (b - a) * share;
    }

    private static IdxArray resource(String name) {
        String path = "uci-digits/" + name;
        try (InputStream in = UciDigits.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new FileNotFoundException("resource " + path + " of " + UciDigits.class.getName());
            }
            return IdxReader.read(in, name);
        } catch (IOException e) {
            throw new UncheckedIOException("the embedded digits cannot be read", e);
        }
    }
}
