package dev.flops.bench.task;

/**
 * How a task spends its budget over the examples of a batch.
 *
 * @param allocator the allocator
 * @param memoryWeight weight of the newest sample variance in what is remembered of an example, in (0, 1]
 */
public record AllocationConfig(AllocatorChoice allocator, double memoryWeight) {
    /** Checks the range. */
    public AllocationConfig {
        if (!(memoryWeight > 0 && memoryWeight <= 1)) {
            throw new IllegalArgumentException("memoryWeight = " + memoryWeight + ", expected in (0, 1]");
        }
    }
}
