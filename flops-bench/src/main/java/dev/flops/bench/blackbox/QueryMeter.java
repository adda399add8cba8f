package dev.flops.bench.blackbox;

import dev.flops.api.Objective;

/**
 * Counts the queries of a run and holds its budget: a call that the rest does not pay for is refused as a whole, before any of it
 * is asked. Not safe for use by several threads at once.
 */
public final class QueryMeter implements Objective {
    private final Objective inner;
    private final QueryCount count;

    /**
     * A meter at 0.
     *
     * @param inner the black box
     * @param budget most queries, at least 1
     */
    public QueryMeter(Objective inner, long budget) {
        this.inner = inner;
        this.count = new QueryCount(budget);
    }

    @Override
    public int dimension() {
        return inner.dimension();
    }

    @Override
    public int examples() {
        return inner.examples();
    }

    /**
     * Queries answered so far.
     *
     * @return their number, at most the budget
     */
    public long spent() {
        return count.spent();
    }

    /**
     * Queries that the budget still pays for.
     *
     * @return their number
     */
    public long remaining() {
        return count.remaining();
    }

    /**
     * {@inheritDoc}
     *
     * @throws BlackBoxException if the budget does not pay for all of them
     */
    @Override
    public void evaluate(float[] points, int[] examples, float[] losses) {
        count.require(losses.length);
        inner.evaluate(points, examples, losses);
        count.spend(losses.length);
    }
}
