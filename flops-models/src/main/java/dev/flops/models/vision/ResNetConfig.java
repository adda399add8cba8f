package dev.flops.models.vision;

import dev.flops.models.layer.ChannelNorm;
import java.util.List;

/**
 * Dimensions of a residual network of basic blocks.
 *
 * @param imageSize rows and columns of the image
 * @param channels channels of the image
 * @param stem what stands in front of the blocks
 * @param widths channels of each stage; each stage but the first halves the image
 * @param blocks blocks of each stage, at least 1
 * @param normalization which normalisation follows each convolution
 * @param classes number of logits
 */
public record ResNetConfig(
        int imageSize,
        int channels,
        Stem stem,
        List<Integer> widths,
        int blocks,
        ChannelNorm.Kind normalization,
        int classes) {
    /** What stands in front of the blocks. */
    public enum Stem {
        /** A 3 × 3 convolution of stride 1, for images of about 32 pixels. */
        SMALL,
        /** A 7 × 7 convolution of stride 2, then 3 × 3 max pooling of stride 2, for images of about 224 pixels. */
        LARGE
    }

    /** Checks the dimensions. */
    public ResNetConfig {
        widths = List.copyOf(widths);
        if (imageSize < 1 || channels < 1 || blocks < 1) {
            throw new IllegalArgumentException("imageSize = " + imageSize + ", channels = " + channels + ", blocks = "
                    + blocks + ", expected >= 1");
        }
        if (widths.isEmpty() || widths.stream().anyMatch(width -> width < 1)) {
            throw new IllegalArgumentException("widths = " + widths + ", expected at least one width, each >= 1");
        }
        if (classes < 2) {
            throw new IllegalArgumentException("classes = " + classes + ", expected >= 2");
        }
    }
}
