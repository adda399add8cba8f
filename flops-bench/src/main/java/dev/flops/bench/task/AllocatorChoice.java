package dev.flops.bench.task;

import dev.flops.alloc.allocate.EqualAllocator;
import dev.flops.alloc.allocate.GaussianAllocator;
import dev.flops.alloc.allocate.GaussianAllocatorConfig;
import dev.flops.alloc.allocate.GaussianParameters;
import dev.flops.alloc.allocate.NeymanAllocator;
import dev.flops.api.AllocatorState;
import dev.flops.api.QueryAllocator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

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

    /**
     * What an allocator of this kind has learned.
     *
     * @param state its state
     * @return the learned parameters by name, in their order; empty if it learns nothing
     */
    public Map<String, Double> learned(AllocatorState state) {
        Map<String, Double> phi = new LinkedHashMap<>();
        if (this == GAUSSIAN) {
            GaussianParameters parameters = GaussianAllocator.parameters(state);
            phi.put("w", parameters.slope());
            phi.put("b", parameters.offset());
            phi.put("logScale", parameters.logScale());
            phi.put("logLength", parameters.logLength());
        }
        return phi;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
