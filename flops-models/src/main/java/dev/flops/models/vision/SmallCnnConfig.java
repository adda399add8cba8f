package dev.flops.models.vision;

import java.util.List;

/**
 * Dimensions of a small convolutional network.
 *
 * @param imageSize rows and columns of the image
 * @param channels channels of the image
 * @param widths channels of each stage; each stage halves the image
 * @param classes number of logits
 */
public record SmallCnnConfig(int imageSize, int channels, List<Integer> widths, int classes) {
    /** Checks the dimensions. */
    public SmallCnnConfig {
        widths = List.copyOf(widths);
        if (channels < 1) {
            throw new IllegalArgumentException("channels = " + channels + ", expected >= 1");
        }
        if (classes < 2) {
            throw new IllegalArgumentException("classes = " + classes + ", expected >= 2");
        }
        if (widths.isEmpty() || widths.stream().anyMatch(width -> width < 1)) {
            throw new IllegalArgumentException("widths = " + widths + ", expected at least one width, each >= 1");
        }
        if (imageSize >> widths.size() < 1) {
            throw new IllegalArgumentException("imageSize = " + imageSize + ", expected >= " + (1 << widths.size())
                    + " for " + widths.size() + " stages that halve it");
        }
    }
}
