package dev.flops.alloc.allocate;

import dev.flops.api.Allocation;
import dev.flops.api.AllocationRequest;
import dev.flops.api.AllocatorState;
import dev.flops.api.QueryAllocator;

/**
 * The same number of samples for every example; what does not divide goes to the first examples of the batch, one sample
 * each. It learns nothing, and its state is empty.
 */
public final class EqualAllocator implements QueryAllocator {
    /** Makes the allocator. */
    public EqualAllocator() {}

    @Override
    public String name() {
        return "equal";
    }

    @Override
    public AllocatorState initialState() {
        return new AllocatorState(new double[0]);
    }

    @Override
    public Allocation allocate(AllocationRequest request, AllocatorState state) {
        return Allocation.equal(request.batchSize(), request.samples());
    }

    @Override
    public AllocatorState update(AllocationRequest request, double[] sampleVariances, AllocatorState state) {
        AllocationChecks.requireLength("sampleVariances", sampleVariances.length, request.batchSize());
        return state;
    }

    @Override
    public long flops(AllocationRequest request, AllocatorState state) {
        return request.batchSize();
    }
}
