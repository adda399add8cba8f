package dev.flops.api;

/**
 * A finite set of labelled examples, addressed by index; the index of an example also keys its perturbations.
 *
 * <p>Implementations are immutable and safe for use by several threads.
 */
public interface LabelledExamples {
    /**
     * Number of examples.
     *
     * @return at least 1
     */
    int size();

    /**
     * Shape of one example, for images (height, width, channels): channels last, as in every image tensor here.
     *
     * @return a fresh array of positive extents
     */
    int[] exampleShape();

    /**
     * Number of classes.
     *
     * @return at least 2; labels lie in [0, classes)
     */
    int classes();

    /**
     * The label of an example.
     *
     * @param example index in [0, size)
     * @return the label
     */
    int label(int example);

    /**
     * Writes the features of an example.
     *
     * @param example index in [0, size)
     * @param out modified: receives {@link #exampleLength()} values, row-major
     * @param offset where they begin in {@code out}
     */
    void readInto(int example, float[] out, int offset);

    /**
     * Number of features of one example: the product of {@link #exampleShape()}.
     *
     * @return at least 1
     */
    default int exampleLength() {
        int length = 1;
        for (int extent : exampleShape()) {
            length *= extent;
        }
        return length;
    }
}
