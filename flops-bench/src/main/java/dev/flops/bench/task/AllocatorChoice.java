package dev.flops.bench.task;

import dev.flops.alloc.allocate.EqualAllocator;
import dev.flops.alloc.allocate.GaussianAllocator;
import dev.flops.alloc.allocate.GaussianAllocatorConfig;
import dev.flops.alloc.allocate.NeymanAllocator;
import dev.flops.api.QueryAllocator;
import java.util.Locale;

/** How a task spends its budget over the examples of a batch. */
public enum AllocatorChoice {
    /** The Gaussian allocator: learns four numbers online. */
    GAUSSIAN,
    /** Equal shares. */
    EQUAL,
    /** The integer optimum for remembered variances. */
    NEYMAN;

    /**
     * A new allocator with its default configuration.
     *
     * @return the allocator
     */
    public QueryAllocator create() {
        return switch (this) {
            case GAUSSIAN -> new GaussianAllocator(GaussianAllocatorConfig.defaults());
            case EQUAL -> new EqualAllocator();
            case NEYMAN -> new NeymanAllocator();
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
