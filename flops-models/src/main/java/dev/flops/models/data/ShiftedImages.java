package dev.flops.models.data;

import dev.flops.api.LabelledExamples;

/**
 * The same images under a shift of their distribution, with the same labels: a task that a network trained on the originals has
 * not seen. Immutable; nothing is copied.
 */
public final class ShiftedImages implements LabelledExamples {
    private final LabelledExamples base;
    private final Shift shift;
    private final int side;
    private final int channels;
    private final float mirror;

    /** What is done to an image. */
    public enum Shift {
        /** A quarter turn anticlockwise: the pixel at row y, column x was at row x, column side − 1 − y. */
        ROTATED,
        /** The negative: a byte p becomes 255 − p. */
        INVERTED
    }

    private ShiftedImages(LabelledExamples base, Shift shift, float mirror) {
        this.base = base;
        this.shift = shift;
        this.side = base.exampleShape()[0];
        this.channels = base.exampleShape()[2];
        this.mirror = mirror;
    }

    /**
     * A shifted view.
     *
     * @param base square images (side, side, channels) with features (p/255 − mean)/deviation
     * @param shift what is done to them
     * @param normalization mean and deviation of the features
     * @return the view
     */
    public static ShiftedImages of(LabelledExamples base, Shift shift, Normalization normalization) {
        int[] shape = base.exampleShape();
        if (shape.length != 3 || shape[0] != shape[1]) {
            throw new IllegalArgumentException(
                    "base.exampleShape = " + java.util.Arrays.toString(shape) + ", expected (side, side, channels)");
        }
        // (1 − q − mean)/deviation = (1 − 2 mean)/deviation − (q − mean)/deviation
        double mirror = (1 - 2 * normalization.mean()) / normalization.standardDeviation();
        return new ShiftedImages(base, shift, (float) mirror);
    }

    @Override
    public int size() {
        return base.size();
    }

    @Override
    public int[] exampleShape() {
        return base.exampleShape();
    }

    @Override
    public int exampleLength() {
        return base.exampleLength();
    }

    @Override
    public int classes() {
        return base.classes();
    }

    @Override
    public int label(int example) {
        return base.label(example);
    }

    @Override
    public void readInto(int example, float[] out, int offset) {
        base.readInto(example, out, offset);
        switch (shift) {
            case ROTATED -> rotate(out, offset);
            case INVERTED -> {
                for (int i = offset; i < offset + exampleLength(); i++) {
                    out[i] = mirror - out[i];
                }
            }
        }
    }

    /** In place: each pixel takes part in a cycle of four. */
    private void rotate(float[] out, int offset) {
        for (int y = 0; y < side / 2; y++) {
            for (int x = 0; x < (side + 1) / 2; x++) {
                for (int c = 0; c < channels; c++) {
                    int a = offset + (y * side + x) * channels + c;
                    int b = offset + (x * side + side - 1 - y) * channels + c;
                    int d = offset + ((side - 1 - y) * side + side - 1 - x) * channels + c;
                    int e = offset + ((side - 1 - x) * side + y) * channels + c;
                    float kept = out[a];
                    out[a] = out[b];
                    out[b] = out[d];
                    out[d] = out[e];
                    out[e] = kept;
                }
            }
        }
    }
}
