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

    /**
     * Answers queries at the two points of an antithetic pair, each example at both: the same numbers as two calls of
     * {@link #evaluate}, which it makes unless an objective can share work between the points.
     *
     * @param plus a point, valid during the call
     * @param minus its partner, valid during the call
     * @param examples example of each pair of queries, not modified
     * @param plusLosses modified: losses at {@code plus}; its length is that of {@code examples}
     * @param minusLosses modified: losses at {@code minus}; its length is that of {@code examples}
     */
    default void evaluatePair(
            ParameterPoint plus, ParameterPoint minus, int[] examples, float[] plusLosses, float[] minusLosses) {
        evaluate(plus, examples, plusLosses);
        evaluate(minus, examples, minusLosses);
    }

    /**
     * Memory of the buffers that it holds now, beside parameters that are not its own.
     *
     * @return bytes, 0 where it cannot tell
     */
    default long bytes() {
        return 0;
    }

    /**
     * Floating-point operations that it has computed since it was made, by formula.
     *
     * @return their number; 0 where it cannot tell, as for a service
     */
    default long flops() {
        return 0;
    }
}
