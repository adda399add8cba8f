package dev.flops.alloc.allocate;

import dev.flops.api.Allocation;
import dev.flops.api.AllocatorState;
import dev.flops.api.SiteAllocation;

/**
 * Decides how many samples each example receives at each site, within what an allocation to examples alone would cost. Like a
 * {@link dev.flops.api.QueryAllocator} it is a value with pure functions, and sees nothing of the step's perturbed losses.
 */
public sealed interface SiteAllocator permits SiteNeymanAllocator, FactoredSiteAllocator {
    /**
     * Name for reports.
     *
     * @return a short name
     */
    String name();

    /**
     * The state before the first step.
     *
     * @param sites number of sites S ≥ 1
     * @return the state
     */
    AllocatorState initialState(int sites);

    /**
     * Allocates.
     *
     * @param examples n_i of an allocator of examples: its total is what each site would receive, and some use its shares;
     *     not weighted
     * @param signals costs and remembered variances
     * @param state what was learned so far
     * @return n_ij ≥ n_min with Σ c_j n_ij ≤ signals.budget(Σ n_i)
     */
    SiteAllocation allocate(Allocation examples, SiteSignals signals, AllocatorState state);

    /**
     * Learns from a finished step; the result serves later steps only.
     *
     * @param allocation n_ij of the step
     * @param siteVariances v̂_ij as measured by the step
     * @param state the state that the step used
     * @return the state for the next step
     */
    AllocatorState update(SiteAllocation allocation, double[][] siteVariances, AllocatorState state);
}
