package dev.flops.models.vision;

import java.util.List;

/**
 * Dimensions of a multilayer perceptron on pixels.
 *
 * @param imageSize rows and columns of the image
 * @param channels channels of the image
 * @param hidden features of the hidden layers, at least one of them
 * @param classes number of logits
 */
public record MultilayerPerceptronConfig(int imageSize, int channels, List<Integer> hidden, int classes) {
    /** Checks the dimensions. */
    public MultilayerPerceptronConfig {
        hidden = List.copyOf(hidden);
        if (imageSize < 1 || channels < 1) {
            throw new IllegalArgumentException(
                    "imageSize = " + imageSize + ", channels = " + channels + ", expected >= 1");
        }
        if (hidden.isEmpty() || hidden.stream().anyMatch(width -> width < 1)) {
            throw new IllegalArgumentException("hidden = " + hidden + ", expected at least one width, each >= 1");
        }
        if (classes < 2) {
            throw new IllegalArgumentException("classes = " + classes + ", expected >= 2");
        }
    }
}
