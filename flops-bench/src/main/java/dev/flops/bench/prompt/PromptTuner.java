package dev.flops.bench.prompt;

import dev.flops.bench.blackbox.QueryMeter;
import dev.flops.bench.compare.AllocationWorth;

/** A method that improves the parameters of a black box by queries alone. */
public interface PromptTuner {
    /**
     * Spends the budget of the meter, or as much of it as pays for whole steps.
     *
     * @param objective the black box, with its budget
     * @param theta modified: the start, all zero, then the result
     * @param seed seed of everything random
     * @param listener is told after every step
     */
    void tune(QueryMeter objective, float[] theta, long seed, Listener listener);

    /**
     * What the first step costs.
     *
     * @param dimension number of parameters
     * @return queries
     */
    long minimumQueries(int dimension);

    /**
     * Examples that are asked together; there must be as many.
     *
     * @return at least 1
     */
    int batch();

    /** Follows a tuning. */
    @FunctionalInterface
    interface Listener {
        /**
         * A step has ended.
         *
         * @param theta the present result, not to be modified
         * @param meanLoss mean loss of the step's queries
         * @return false to stop
         */
        boolean onStep(float[] theta, double meanLoss);

        /**
         * The tuning has ended, by a method that allocates samples.
         *
         * @param allocation what its allocations were worth
         */
        default void onAllocation(AllocationWorth allocation) {}
    }
}
