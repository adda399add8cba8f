package dev.flops.models.data.image;

import java.util.Arrays;

/**
 * The shape of an image, channels last.
 *
 * @param height rows, at least 1
 * @param width columns, at least 1
 * @param channels numbers per pixel, at least 1
 */
public record ImageShape(int height, int width, int channels) {
    private static final int RANK = 3;

    /** Checks the ranges. */
    public ImageShape {
        long length = (long) height * width;
        if (height < 1 || width < 1 || channels < 1 || length > Integer.MAX_VALUE / channels) {
            throw new IllegalArgumentException("image shape = (" + height + ", " + width + ", " + channels
                    + "), expected positive extents with a product of at most " + Integer.MAX_VALUE);
        }
    }

    /**
     * The shape of the examples of a data set.
     *
     * @param extents (height, width, channels)
     * @return the shape
     * @throws IllegalArgumentException if there are not three extents
     */
    public static ImageShape of(int[] extents) {
        if (extents.length != RANK) {
            throw new IllegalArgumentException(
                    "exampleShape = " + Arrays.toString(extents) + ", expected (height, width, channels)");
        }
        return new ImageShape(extents[0], extents[1], extents[2]);
    }

    /**
     * Number of values.
     *
     * @return height · width · channels
     */
    public int length() {
        return height * width * channels;
    }

    int[] extents() {
        return new int[] {height, width, channels};
    }
}
