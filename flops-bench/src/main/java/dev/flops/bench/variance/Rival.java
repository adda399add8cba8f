package dev.flops.bench.variance;

import dev.flops.api.Allocation;
import dev.flops.api.AllocationRequest;
import dev.flops.api.AllocatorState;
import dev.flops.api.QueryAllocator;
import dev.flops.bench.task.AllocatorChoice;
import java.util.Map;
import java.util.function.Function;

/** An allocator with what it has learned from the steps that others spent. */
final class Rival {
    private final String name;
    private final QueryAllocator allocator;
    private final Function<AllocatorState, Map<String, Double>> learned;
    private AllocatorState state;

    Rival(AllocatorChoice choice) {
        this(choice.toString(), choice.create(), choice::learned);
    }

    /** A rival that learns nothing. */
    Rival(String name, QueryAllocator allocator) {
        this(name, allocator, state -> Map.of());
    }

    private Rival(String name, QueryAllocator allocator, Function<AllocatorState, Map<String, Double>> learned) {
        this.name = name;
        this.allocator = allocator;
        this.learned = learned;
        this.state = allocator.initialState();
    }

    String name() {
        return name;
    }

    Map<String, Double> phi() {
        return learned.apply(state);
    }

    Allocation allocate(AllocationRequest request) {
        return allocator.allocate(request, state);
    }

    void learn(AllocationRequest request, double[] sampleVariances) {
        state = allocator.update(request, sampleVariances, state);
    }
}
