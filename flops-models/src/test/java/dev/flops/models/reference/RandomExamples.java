package dev.flops.models.reference;

import dev.flops.api.LabelledExamples;
import dev.flops.tensor.Shape;
import java.util.SplittableRandom;

/** Normal features and labels in turn. */
record RandomExamples(float[][] features, int[] shape, int classes) implements LabelledExamples {
    static RandomExamples of(int size, Shape shape, int classes, SplittableRandom random) {
        float[][] features = new float[size][shape.elements()];
        for (float[] row : features) {
            for (int i = 0; i < row.length; i++) {
                row[i] = (float) random.nextGaussian();
            }
        }
        return new RandomExamples(features, shape.toArray(), classes);
    }

    @Override
    public int size() {
        return features.length;
    }

    @Override
    public int[] exampleShape() {
        return shape.clone();
    }

    @Override
    public int label(int example) {
        return example % classes;
    }

    @Override
    public void readInto(int example, float[] out, int offset) {
        System.arraycopy(features[example], 0, out, offset, features[example].length);
    }
}
