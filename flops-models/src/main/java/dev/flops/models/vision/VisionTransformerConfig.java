package dev.flops.models.vision;

/**
 * Dimensions of a vision transformer.
 *
 * @param imageSize rows and columns of the image
 * @param channels channels of the image
 * @param patchSize rows and columns of a patch, a divisor of imageSize
 * @param features width d of the residual stream
 * @param depth number of encoder blocks, at least 1
 * @param heads attention heads, a divisor of d
 * @param hidden hidden features of the feed-forward blocks
 * @param classes number of logits
 */
public record VisionTransformerConfig(
        int imageSize, int channels, int patchSize, int features, int depth, int heads, int hidden, int classes) {
    /** Checks the dimensions. */
    public VisionTransformerConfig {
        requireAtLeast("imageSize", imageSize, 1);
        requireAtLeast("channels", channels, 1);
        requireAtLeast("patchSize", patchSize, 1);
        requireAtLeast("features", features, 1);
        requireAtLeast("depth", depth, 1);
        requireAtLeast("heads", heads, 1);
        requireAtLeast("hidden", hidden, 1);
        requireAtLeast("classes", classes, 2);
        requireDivisor("patchSize", patchSize, "imageSize", imageSize);
        requireDivisor("heads", heads, "features", features);
    }

    /**
     * Number of patches T, the class token not counted.
     *
     * @return (imageSize / patchSize)²
     */
    public int patches() {
        int side = imageSize / patchSize;
        return side * side;
    }

    private static void requireAtLeast(String name, int value, int minimum) {
        if (value < minimum) {
            throw new IllegalArgumentException(name + " = " + value + ", expected >= " + minimum);
        }
    }

    private static void requireDivisor(String name, int value, String of, int whole) {
        if (whole % value != 0) {
            throw new IllegalArgumentException(name + " = " + value + ", expected a divisor of " + of + " = " + whole);
        }
    }
}
