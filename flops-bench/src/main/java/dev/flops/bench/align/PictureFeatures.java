package dev.flops.bench.align;

/** Numbers that describe a picture. */
interface PictureFeatures {
    /** How many. */
    int length();

    /**
     * Describes a picture.
     *
     * @param picture row-major (side, side, channels) values in [−1, 1] of an {@link EmojiSheet}, not modified
     * @return {@link #length()} numbers
     */
    float[] of(float[] picture);
}
