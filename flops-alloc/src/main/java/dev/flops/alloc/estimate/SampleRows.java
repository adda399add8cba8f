package dev.flops.alloc.estimate;

/** Rows of a chunk of samples: position of the example in the batch, index of the sample, row of the example in its recording. */
record SampleRows(int[] example, int[] sample, int[] recorded) {
    SampleRows(int count) {
        this(new int[count], new int[count], new int[count]);
    }

    int count() {
        return example.length;
    }
}
