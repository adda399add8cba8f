package dev.flops.alloc.allocate;

import dev.flops.api.Allocation;
import dev.flops.api.AllocationRequest;
import dev.flops.api.AllocatorState;
import dev.flops.api.QueryAllocator;

/**
 * Neyman plug-in: the exact integer optimum ({@link NeymanSolver}) for estimated variances v̂_i, remembered ones unless another
 * {@link AllocationSignal} is chosen.
 *
 * <p>An example whose variance is unknown (NaN; any value that is not finite and ≥ 0 counts as that) is given the mean of
 * those that are known. When none is, the allocation is equal. The allocator itself learns nothing: the memory is the
 * {@link VarianceMemory} that the training step keeps, and the state is empty.
 *
 * <p>It keeps the scratch memory of its last batch size, and so serves one thread at a time.
 *
 * <p>Reference: Neyman, <em>On the two different aspects of the representative method</em>, Journal of the Royal Statistical
 * Society 97, 1934.
 */
public final class NeymanAllocator implements QueryAllocator {
    private final AllocationSignal signal;
    private final boolean leaveOneOut;
    private Scratch scratch = new Scratch(1);

    /** Memory for batches of one size. */
    private static final class Scratch {
        private final double[] variances;
        private final int[] n;
        private final NeymanSolver solver;

        private Scratch(int batch) {
            this.variances = new double[batch];
            this.n = new int[batch];
            this.solver = new NeymanSolver(batch);
        }
    }

    /** An allocator that works from remembered variances. */
    public NeymanAllocator() {
        this(AllocationSignal.REMEMBERED);
    }

    /**
     * An allocator that works from a signal.
     *
     * @param signal where v̂_i come from
     */
    public NeymanAllocator(AllocationSignal signal) {
        this(signal, false);
    }

    /**
     * An allocator for one kind of baseline.
     *
     * @param signal where v̂_i come from
     * @param leaveOneOut whether the estimator's baseline is the mean of an example's other losses: the variance of n samples is
     *     v_i/(n_i − 1) then, and requests must have n_min ≥ 2
     */
    public NeymanAllocator(AllocationSignal signal, boolean leaveOneOut) {
        this.signal = signal;
        this.leaveOneOut = leaveOneOut;
    }

    @Override
    public String name() {
        String name = signal == AllocationSignal.REMEMBERED ? "neyman" : "neyman-" + signal.label();
        return leaveOneOut ? name + "-leave-one-out" : name;
    }

    @Override
    public AllocatorState initialState() {
        return new AllocatorState(new double[0]);
    }

    @Override
    public Allocation allocate(AllocationRequest request, AllocatorState state) {
        if (scratch.n.length != request.batchSize()) {
            scratch = new Scratch(request.batchSize());
        }
        double[] variances = scratch.variances;
        int[] n = scratch.n;
        signal.variancesInto(request, variances);
        if (leaveOneOut) {
            scratch.solver.solveLeaveOneOutInto(variances, request.samples(), request.minimum(), Integer.MAX_VALUE, n);
        } else {
            scratch.solver.solveInto(variances, request.samples(), request.minimum(), Integer.MAX_VALUE, n);
        }
        return Allocation.of(n);
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
