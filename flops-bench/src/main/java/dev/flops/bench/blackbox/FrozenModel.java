package dev.flops.bench.blackbox;

/** A model that can only be run: rows of numbers in, rows of numbers out. Safe for use by several threads at once. */
public interface FrozenModel {
    /**
     * Length of an input row.
     *
     * @return at least 1
     */
    int inputLength();

    /**
     * Length of an output row.
     *
     * @return at least 1
     */
    int outputLength();

    /**
     * Runs the model forward.
     *
     * @param inputs row-major (rows, inputLength), not modified
     * @param rows number of rows, at least 1
     * @param outputs modified: row-major (rows, outputLength)
     * @throws BlackBoxException if the model fails
     */
    void run(float[] inputs, int rows, float[] outputs);
}
