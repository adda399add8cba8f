package dev.flops.bench.rival;

/** A method that lowers the mean loss of batches by asking for it. */
public sealed interface Rival permits SpsaGradientCorrection, CmaEs, RandomSearch {
    /**
     * Spends the budget of the loss, or as much of it as pays for whole steps.
     *
     * @param loss the black box, with its budget
     * @param theta modified: the start, then the result
     * @param seed seed of everything random
     * @param listener is told after every step
     */
    void run(MeteredLoss loss, float[] theta, long seed, Listener listener);

    /**
     * What the first step costs.
     *
     * @param dimension number of parameters
     * @return queries
     */
    long minimumQueries(int dimension);

    /**
     * Examples that are asked together; a task must have as many.
     *
     * @return at least 1
     */
    int batch();

    /** Follows a run. */
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
    }
}
