package dev.flops.alloc.allocate;

import dev.flops.api.Allocation;
import dev.flops.api.AllocationRequest;
import dev.flops.api.AllocatorState;
import dev.flops.api.QueryAllocator;

/**
 * The optimum itself: the exact integer allocation ({@link NeymanSolver}) for true variances that the caller supplies. For
 * tests, and for the distance of every other allocator to the optimum; what it costs to know the truth is nobody's budget.
 */
public final class OracleAllocator implements QueryAllocator {
    private final TrueVariances truth;

    /** The true v_i of the examples of a batch. */
    @FunctionalInterface
    public interface TrueVariances {
        /**
         * Looks up.
         *
         * @param examples indices of the examples in their data set, not modified
         * @return v_i ≥ 0, finite, in their order
         */
        double[] of(int[] examples);
    }

    /**
     * Makes the allocator.
     *
     * @param truth supplies v_i
     */
    public OracleAllocator(TrueVariances truth) {
        this.truth = truth;
    }

    @Override
    public String name() {
        return "oracle";
    }

    @Override
    public AllocatorState initialState() {
        return new AllocatorState(new double[0]);
    }

    @Override
    public Allocation allocate(AllocationRequest request, AllocatorState state) {
        double[] variances = truth.of(request.signals().examples().clone());
        AllocationChecks.requireLength("variances", variances.length, request.batchSize());
        return Allocation.of(NeymanSolver.solve(variances, request.samples(), request.minimum(), Integer.MAX_VALUE));
    }

    @Override
    public AllocatorState update(AllocationRequest request, double[] sampleVariances, AllocatorState state) {
        AllocationChecks.requireLength("sampleVariances", sampleVariances.length, request.batchSize());
        return state;
    }

    @Override
    public long flops(AllocationRequest request, AllocatorState state) {
        return NeymanSolver.flops(request.batchSize());
    }
}
