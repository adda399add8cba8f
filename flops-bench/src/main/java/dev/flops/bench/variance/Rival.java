package dev.flops.bench.variance;

import dev.flops.api.Allocation;
import dev.flops.api.AllocationRequest;
import dev.flops.api.AllocatorState;
import dev.flops.api.QueryAllocator;

/** An allocator with what it has learned from the steps that others spent. */
final class Rival {
    private final String name;
    private final QueryAllocator allocator;
    private AllocatorState state;

    Rival(String name, QueryAllocator allocator) {
        this.name = name;
        this.allocator = allocator;
        this.state = allocator.initialState();
    }

    String name() {
        return name;
    }

    Allocation allocate(AllocationRequest request) {
        return allocator.allocate(request, state);
    }

    void learn(AllocationRequest request, double[] sampleVariances) {
        state = allocator.update(request, sampleVariances, state);
    }
}
