package dev.flops.bench.prompt;

/** What is put in front of a frozen model: it changes a picture of {@link Digits#SIDE} × {@link Digits#SIDE} pixels. */
public sealed interface VisualPrompt permits GridPrompt, CoordinatorPrompt {
    /**
     * Name for reports.
     *
     * @return a short name
     */
    String name();

    /**
     * Number of parameters; all zero leaves every picture as it is.
     *
     * @return d
     */
    int dimension();

    /**
     * Applies the prompt. A pixel that would leave [−1, 1] stays at its end: what is asked is a picture.
     *
     * @param points parameter vectors, not modified
     * @param offset where the vector to use begins
     * @param picture the picture, not modified
     * @param prompted modified: the prompted picture
     */
    void apply(float[] points, int offset, float[] picture, float[] prompted);
}
