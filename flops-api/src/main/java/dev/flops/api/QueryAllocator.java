package dev.flops.api;

/**
 * Decides how many samples each example of a batch receives.
 *
 * <p>An allocator is a value: its configuration is fixed, what it learns is an explicit {@link AllocatorState}, and
 * both methods are pure functions. An allocation may depend on anything known before the step's perturbations are
 * drawn, and on nothing else; that is what keeps the estimator unbiased.
 *
 * <p>An allocator may keep scratch memory between calls, so that a step allocates no more than it hands on; no result depends on it. An
 * instance therefore serves one training, and one thread at a time.
 */
public interface QueryAllocator {
    /**
     * Name for reports.
     *
     * @return a short name
     */
    String name();

    /**
     * The state before the first step.
     *
     * @return the state
     */
    AllocatorState initialState();

    /**
     * Allocates.
     *
     * @param request the batch and its sample budget
     * @param state what was learned so far
     * @return n with Σ n_i = request.samples() exactly and n_i ≥ request.minimum(); an allocator that weights examples may
     *     leave some without a sample
     */
    Allocation allocate(AllocationRequest request, AllocatorState state);

    /**
     * Learns from a finished step; the result serves later steps only.
     *
     * @param request the request that was answered
     * @param sampleVariances v̂_i as measured by the step, length B
     * @param state the state that the step used
     * @return the state for the next step
     */
    AllocatorState update(AllocationRequest request, double[] sampleVariances, AllocatorState state);

    /**
     * Whether E[ĝ] = ∇L (of the estimator's target) under the allocations of this allocator.
     *
     * @return true unless the allocator is a control that is meant to be biased
     */
    default boolean unbiased() {
        return true;
    }

    /**
     * What allocating costs: floating-point operations of {@link #allocate} and {@link #update} together, by formula, from
     * shapes alone; an elementary function counts as one.
     *
     * @param request the request
     * @param state the state that the step uses
     * @return operations per step, to leading order; 0 unless the allocator says more
     */
    default long flops(AllocationRequest request, AllocatorState state) {
        return 0;
    }
}
