package dev.flops.bench.blackbox;

/** The queries of a run and its budget. Not safe for use by several threads at once. */
public final class QueryCount {
    private final long budget;
    private long spent;

    /**
     * A count at 0.
     *
     * @param budget most queries, at least 1
     */
    public QueryCount(long budget) {
        QueryChecks.requireAtLeastOne("budget", budget);
        this.budget = budget;
    }

    /**
     * Queries counted so far.
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
     * Refuses what the budget does not pay for.
     *
     * @param queries that are to be asked
     * @throws BlackBoxException if they are more than {@link #remaining}
     */
    public void require(long queries) {
        if (queries > remaining()) {
            throw new BlackBoxException(
                    queries + " more queries after " + spent + ", expected at most " + budget
                            + " in all: nothing was asked; a higher budget goes on from the journal",
                    null);
        }
    }

    /**
     * Counts queries.
     *
     * @param queries that are asked
     * @throws BlackBoxException if they are more than {@link #remaining}; nothing is counted then
     */
    public void spend(long queries) {
        require(queries);
        spent += queries;
    }
}
