package dev.flops.api;

/**
 * A black box that reads the point it is asked about in pieces, layer by layer for instance: with it a perturbed point
 * never exists in memory as a whole.
 */
public interface StreamedObjective {
    /**
     * Length of a parameter vector.
     *
     * @return d, at least 1
     */
    int dimension();

    /**
     * Number of examples.
     *
     * @return at least 1
     */
    int examples();

    /**
     * Answers queries at one point.
     *
     * @param point the point, valid during the call
     * @param examples example of each query, not modified
     * @param losses modified: losses[q] = ℓ_{examples[q]}(point); its length is the number of queries
     */
    void evaluate(ParameterPoint point, int[] examples, float[] losses);
}
