package dev.flops.alloc.estimate;

/**
 * Rows of a chunk of samples: position of the example in the batch, index of the sample, row of the example in its recording, and
 * room for a weight.
 */
record SampleRows(int[] example, int[] sample, int[] recorded, float[] weight) {
    static final SampleRows NONE = new SampleRows(0);

    SampleRows(int count) {
        this(new int[count], new int[count], new int[count], new float[count]);
    }

    int count() {
        return example.length;
    }
}
