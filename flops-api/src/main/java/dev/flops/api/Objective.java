package dev.flops.api;

/**
 * A black box: it answers queries with losses. A query is a parameter vector and the index of an example; the objective
 * may be a model, a remote service, a simulation.
 */
public interface Objective {
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
     * Answers queries.
     *
     * @param points parameter vectors, row-major (queries, d), not modified
     * @param examples example of each query, not modified
     * @param losses modified: losses[q] = ℓ_{examples[q]}(points[q]); its length is the number of queries
     */
    void evaluate(float[] points, int[] examples, float[] losses);

    /**
     * Floating-point operations that it has computed since it was made, by formula.
     *
     * @return their number; 0 where it cannot tell, as for a service
     */
    default long flops() {
        return 0;
    }

    /**
     * Memory that it holds beside its parameters and what it is asked about.
     *
     * @return bytes, 0 where it cannot tell
     */
    default long bytes() {
        return 0;
    }
}
