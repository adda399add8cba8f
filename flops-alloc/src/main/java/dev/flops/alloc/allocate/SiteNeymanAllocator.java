package dev.flops.alloc.allocate;

import dev.flops.api.Allocation;
import dev.flops.api.AllocatorState;
import dev.flops.api.SiteAllocation;

/**
 * Examples and sites together, exact: the remembered v̂_ij and the costs c_j in the {@link SiteSolver}. Of the allocation of
 * examples only its cost is used. Unknown v̂_ij hold the mean of their site. It learns nothing itself.
 */
public final class SiteNeymanAllocator implements SiteAllocator {
    /** Makes the allocator. */
    public SiteNeymanAllocator() {}

    @Override
    public String name() {
        return "sites";
    }

    @Override
    public AllocatorState initialState(int sites) {
        return new AllocatorState(new double[0]);
    }

    @Override
    public SiteAllocation allocate(Allocation examples, SiteSignals signals, AllocatorState state) {
        return SiteSolver.solve(
                signals.completed(), signals.costs(), signals.budget(examples.total()), signals.minimum());
    }

    @Override
    public AllocatorState update(SiteAllocation allocation, double[][] siteVariances, AllocatorState state) {
        AllocationChecks.requireLength("siteVariances", siteVariances.length, allocation.examples());
        return state;
    }
}
