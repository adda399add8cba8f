package dev.flops.bench.rival;

/**
 * The mean loss of a batch as a function of d parameters, with a budget. A query is one forward of one example, so that the loss of a
 * batch of B at one point costs B.
 */
public interface MeteredLoss {
    /**
     * Number of parameters.
     *
     * @return d, at least 1
     */
    int dimension();

    /**
     * Number of examples.
     *
     * @return at least 1; batches hold indices below it
     */
    int examples();

    /**
     * Queries that the budget still pays for.
     *
     * @return their number
     */
    long remaining();

    /**
     * Mean losses of several points over the same examples: rows · examples.length queries.
     *
     * @param points parameter vectors, row-major (rows, d), not modified
     * @param examples indices of a batch, not modified
     * @return the mean loss of each row
     * @throws dev.flops.bench.blackbox.BlackBoxException if the budget does not pay for all of it; nothing was asked then
     */
    double[] means(float[] points, int[] examples);
}
