package dev.flops.models.data;

import dev.flops.api.LabelledExamples;
import java.util.List;

/**
 * Labelled images of one size, kept as bytes and normalised on reading through a table of 256 floats per channel.
 *
 * <p>Immutable, safe for use by several threads; reading an example allocates nothing.
 */
public final class ImageDataset implements LabelledExamples {
    /** Most classes that a data set may name. */
    public static final int MAX_CLASSES = 1 << 16;

    private final byte[] pixels;
    private final int[] labels;
    private final int[] exampleShape;
    private final int exampleLength;
    private final int classes;
    /** One table for all channels, or one for each. */
    private final float[][] features;

    /**
     * Takes over the arrays without copying, already checked: labels in [0, classes), as many as images.
     *
     * @param pixels (N, height, width, channels)
     * @param shape (height, width, channels)
     * @param normalizations one for all channels, or one for each
     */
    ImageDataset(byte[] pixels, int[] labels, int[] shape, int classes, List<Normalization> normalizations) {
        int channels = shape[2];
        if (normalizations.size() != 1 && normalizations.size() != channels) {
            throw new IllegalArgumentException(
                    "normalizations.size = " + normalizations.size() + ", expected 1 or channels = " + channels);
        }
        this.pixels = pixels;
        this.labels = labels;
        this.exampleShape = shape;
        this.exampleLength = shape[0] * shape[1] * channels;
        this.classes = classes;
        this.features = normalizations.stream().map(Normalization::table).toArray(float[][]::new);
    }

    @Override
    public int size() {
        return labels.length;
    }

    @Override
    public int[] exampleShape() {
        return exampleShape.clone();
    }

    @Override
    public int exampleLength() {
        return exampleLength;
    }

    @Override
    public int classes() {
        return classes;
    }

    @Override
    public int label(int example) {
        return labels[Checks.requireIndex("example", example, labels.length)];
    }

    @Override
    public void readInto(int example, float[] out, int offset) {
        Checks.requireIndex("example", example, labels.length);
        Checks.requireRoom(out.length, offset, exampleLength);
        int first = example * exampleLength;
        int tables = features.length;
        for (int channel = 0; channel < tables; channel++) {
            float[] table = features[channel];
            for (int i = channel; i < exampleLength; i += tables) {
                out[offset + i] = table[pixels[first + i] & 0xFF];
            }
        }
    }
}
