package dev.flops.api;

/**
 * The queries N that one step may spend, clean forwards included.
 *
 * @param queries N, at least 1
 */
public record QueryBudget(long queries) {
    /** Checks the range. */
    public QueryBudget {
        if (queries < 1) {
            throw new IllegalArgumentException("budget = " + queries + " queries, expected >= 1");
        }
    }

    /**
     * The sample budget N_s = ⌊(N − clean) / c⌋.
     *
     * @param cost what the estimator charges
     * @param batchSize number of examples B
     * @param minimumPerExample n_min, samples that each example receives at least
     * @return N_s
     * @throws IllegalArgumentException if N_s is less than B · n_min; the message states the smallest possible budget
     */
    public int samples(SamplingCost cost, int batchSize, int minimumPerExample) {
        int minimum = Math.max(minimumPerExample, cost.minimumSamples());
        long clean = (long) batchSize * cost.cleanQueriesPerExample();
        long least = clean + (long) batchSize * minimum * cost.queriesPerSample();
        if (queries < least) {
            throw new IllegalArgumentException("budget = " + queries + " queries per step, expected >= " + least
                    + " (" + batchSize + " examples x (" + cost.cleanQueriesPerExample() + " clean + " + minimum
                    + " samples x " + cost.queriesPerSample() + " queries per sample))");
        }
        return Math.toIntExact((queries - clean) / cost.queriesPerSample());
    }
}
