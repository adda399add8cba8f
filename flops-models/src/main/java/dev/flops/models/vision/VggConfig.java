package dev.flops.models.vision;

import java.util.List;

/**
 * Dimensions of a plain convolutional network.
 *
 * @param imageSize rows and columns of the image
 * @param channels channels of the image
 * @param widths channels of each stage; each stage halves the image, rounding down
 * @param convolutions convolutions of each stage, at least 1
 * @param hidden features of the hidden linear layer
 * @param classes number of logits
 */
public record VggConfig(int imageSize, int channels, List<Integer> widths, int convolutions, int hidden, int classes) {
    /** Checks the dimensions. */
    public VggConfig {
        widths = List.copyOf(widths);
        if (channels < 1 || convolutions < 1 || hidden < 1) {
            throw new IllegalArgumentException("channels = " + channels + ", convolutions = " + convolutions
                    + ", hidden = " + hidden + ", expected >= 1");
        }
        if (widths.isEmpty() || widths.stream().anyMatch(width -> width < 1)) {
            throw new IllegalArgumentException("widths = " + widths + ", expected at least one width, each >= 1");
        }
        if (imageSize >> widths.size() < 1) {
            throw new IllegalArgumentException("imageSize = " + imageSize + ", expected >= " + (1 << widths.size())
                    + " for " + widths.size() + " stages that halve it");
        }
        if (classes < 2) {
            throw new IllegalArgumentException("classes = " + classes + ", expected >= 2");
        }
    }
}
