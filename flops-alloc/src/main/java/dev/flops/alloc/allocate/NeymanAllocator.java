package dev.flops.alloc.allocate;

import dev.flops.api.Allocation;
import dev.flops.api.AllocationRequest;
import dev.flops.api.AllocatorState;
import dev.flops.api.QueryAllocator;

/**
 * Neyman plug-in: the exact integer optimum ({@link NeymanSolver}) for the remembered variances v̂_i.
 *
 * <p>An example that was never sampled (v̂_i is NaN; any value that is not finite and ≥ 0 counts as that) is given the mean of
 * those that were. When none was, the allocation is equal. The allocator itself learns nothing: the memory is the
 * {@link VarianceMemory} that the training step keeps, and the state is empty.
 *
 * <p>Reference: Neyman, <em>On the two different aspects of the representative method</em>, Journal of the Royal Statistical
 * Society 97, 1934.
 */
public final class NeymanAllocator implements QueryAllocator {
    /** Makes the allocator. */
    public NeymanAllocator() {}

    @Override
    public String name() {
        return "neyman";
    }

    @Override
    public AllocatorState initialState() {
        return new AllocatorState(new double[0]);
    }

    @Override
    public Allocation allocate(AllocationRequest request, AllocatorState state) {
        double[] remembered = request.rememberedVariances();
        double mean = SampleVariances.mean(remembered);
        if (Double.isNaN(mean)) {
            return Allocation.equal(request.batchSize(), request.samples());
        }
        double[] variances = SampleVariances.completed(remembered, mean);
        return Allocation.of(NeymanSolver.solve(variances, request.samples(), request.minimum(), Integer.MAX_VALUE));
    }

    @Override
    public AllocatorState update(AllocationRequest request, double[] sampleVariances, AllocatorState state) {
        AllocationChecks.requireLength("sampleVariances", sampleVariances.length, request.batchSize());
        return state;
    }
}
