package dev.flops.bench.align;

import dev.flops.api.LabelledExamples;
import dev.flops.tensor.Tensor;

/**
 * Rows of features as examples; each is a class of its own.
 *
 * @param features (examples, features)
 */
record FeatureExamples(Tensor features) implements LabelledExamples {
    @Override
    public int size() {
        return features.shape().extent(0);
    }

    @Override
    public int[] exampleShape() {
        return new int[] {features.shape().extent(1)};
    }

    @Override
    public int classes() {
        return size();
    }

    @Override
    public int label(int example) {
        return example;
    }

    @Override
    public void readInto(int example, float[] out, int offset) {
        int length = features.shape().extent(1);
        System.arraycopy(features.array(), features.offset() + example * length, out, offset, length);
    }
}
