package dev.flops.bench.blackbox;

import dev.flops.api.Objective;

/**
 * Counts the queries of a run and holds its budget: a call that the rest does not pay for is refused as a whole, before any of it
 * is asked. Not safe for use by several threads at once.
 */
public final class QueryMeter implements Objective {
    private final Objective inner;
    private final long budget;
    private long spent;

    /**
     * A meter at 0.
     *
     * @param inner the black box
     * @param budget most queries, at least 1
     */
    public QueryMeter(Objective inner, long budget) {
        QueryChecks.requireAtLeastOne("budget", budget);
        this.inner = inner;
        this.budget = budget;
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
        return spent;
    }

    /**
     * Queries that the budget still pays for.
     *
     * @return their number
     */
    public long remaining() {
        return budget - spent;
    }

    /**
     * {@inheritDoc}
     *
     * @throws BlackBoxException if the budget does not pay for all of them
     */
    @Override
    public void evaluate(float[] points, int[] examples, float[] losses) {
        if (losses.length > remaining()) {
            throw new BlackBoxException(
                    losses.length + " more queries after " + spent + ", expected at most " + budget
                            + " in all: nothing was asked; a higher budget goes on from the journal",
                    null);
        }
        inner.evaluate(points, examples, losses);
        spent += losses.length;
    }
}
