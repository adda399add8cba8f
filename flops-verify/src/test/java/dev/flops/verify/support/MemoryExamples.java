package dev.flops.verify.support;

import dev.flops.api.LabelledExamples;
import java.util.SplittableRandom;

/** Examples in memory. */
public record MemoryExamples(int[] shape, int classes, float[][] features, int[] labels) implements LabelledExamples {
    /** Standard normal features and uniform labels. */
    public static MemoryExamples random(int size, int classes, SplittableRandom random, int... shape) {
        int length = 1;
        for (int extent : shape) {
            length *= extent;
        }
        float[][] features = new float[size][length];
        int[] labels = new int[size];
        for (int i = 0; i < size; i++) {
            for (int d = 0; d < length; d++) {
                features[i][d] = (float) random.nextGaussian();
            }
            labels[i] = random.nextInt(classes);
        }
        return new MemoryExamples(shape, classes, features, labels);
    }

    @Override
    public int size() {
        return labels.length;
    }

    @Override
    public int[] exampleShape() {
        return shape.clone();
    }

    @Override
    public int label(int example) {
        return labels[example];
    }

    @Override
    public void readInto(int example, float[] out, int offset) {
        System.arraycopy(features[example], 0, out, offset, features[example].length);
    }
}
