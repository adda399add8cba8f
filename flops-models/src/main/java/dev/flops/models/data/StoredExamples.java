package dev.flops.models.data;

import dev.flops.api.LabelledExamples;

/**
 * Examples kept in memory as the floats that they are read as: for sets whose reading costs time, such as transformed or decoded
 * images. Immutable.
 */
public final class StoredExamples implements LabelledExamples {
    private final float[][] features;
    private final int[] labels;
    private final int[] exampleShape;
    private final int classes;

    /** Takes over the arrays without copying. */
    StoredExamples(float[][] features, int[] labels, int[] exampleShape, int classes) {
        this.features = features;
        this.labels = labels;
        this.exampleShape = exampleShape;
        this.classes = classes;
    }

    /**
     * Reads all examples of a set.
     *
     * @param examples the set, read once and not kept
     * @return a copy
     */
    public static StoredExamples copyOf(LabelledExamples examples) {
        int size = examples.size();
        float[][] features = new float[size][];
        int[] labels = new int[size];
        for (int i = 0; i < size; i++) {
            features[i] = new float[examples.exampleLength()];
            examples.readInto(i, features[i], 0);
            labels[i] = examples.label(i);
        }
        return new StoredExamples(features, labels, examples.exampleShape(), examples.classes());
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
        return features[0].length;
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
        float[] values = features[Checks.requireIndex("example", example, labels.length)];
        Checks.requireRoom(out.length, offset, values.length);
        System.arraycopy(values, 0, out, offset, values.length);
    }
}
