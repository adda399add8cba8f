package dev.flops.api;

/**
 * What an estimator charges, in queries (one forward evaluation of one example each).
 *
 * @param cleanQueriesPerExample queries that each example of the batch costs before any sample, 0 or more
 * @param queriesPerSample queries of one sample (c): 1 for one-sided, 2 for antithetic schemes, times the number of
 *     sites when layer-wise; at least 1
 * @param minimumSamples the fewest samples per example for which the estimator is defined, at least 1
 */
public record SamplingCost(int cleanQueriesPerExample, int queriesPerSample, int minimumSamples) {
    /** Checks the ranges. */
    public SamplingCost {
        requireAtLeast("cleanQueriesPerExample", cleanQueriesPerExample, 0);
        requireAtLeast("queriesPerSample", queriesPerSample, 1);
        requireAtLeast("minimumSamples", minimumSamples, 1);
    }

    private static void requireAtLeast(String name, int value, int minimum) {
        if (value < minimum) {
            throw new IllegalArgumentException(name + " = " + value + ", expected >= " + minimum);
        }
    }
}
