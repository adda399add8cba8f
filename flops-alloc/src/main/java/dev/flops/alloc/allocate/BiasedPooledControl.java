package dev.flops.alloc.allocate;

import dev.flops.api.Allocation;
import dev.flops.api.AllocationRequest;
import dev.flops.api.AllocatorState;
import dev.flops.api.QueryAllocator;

/**
 * <strong>A biased control, not an allocator to train with.</strong> It takes the allocation n of another allocator and pools
 * all samples,
 *
 * <pre>
 *   ĝ = (1/N_s) Σ_i Σ_k g_ik,   that is ω_i = B n_i / N_s,   E[ĝ] = Σ_i (n_i/N_s) ∇ℓ_i ≠ (1/B) Σ_i ∇ℓ_i
 * </pre>
 *
 * the gradient of another objective, in which an example counts by the samples it receives. That is what averaging over all
 * samples of a batch does (the published code of Ren et al., arXiv 2410.05966, among others). A comparison without this
 * control cannot tell whether an allocator helps by cutting the variance or by weighting hard examples more.
 */
public final class BiasedPooledControl implements QueryAllocator {
    private final QueryAllocator inner;

    /**
     * Makes the control.
     *
     * @param inner decides n
     */
    public BiasedPooledControl(QueryAllocator inner) {
        this.inner = inner;
    }

    @Override
    public String name() {
        return "pooled-biased-" + inner.name();
    }

    @Override
    public boolean unbiased() {
        return false;
    }

    @Override
    public AllocatorState initialState() {
        return inner.initialState();
    }

    @Override
    public Allocation allocate(AllocationRequest request, AllocatorState state) {
        Allocation allocation = inner.allocate(request, state);
        double[] weights = new double[allocation.examples()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (double) weights.length * allocation.samples(i) / allocation.total();
        }
        return Allocation.weighted(allocation.toArray(), weights);
    }

    @Override
    public AllocatorState update(AllocationRequest request, double[] sampleVariances, AllocatorState state) {
        return inner.update(request, sampleVariances, state);
    }

    @Override
    public long flops(AllocationRequest request, AllocatorState state) {
        return inner.flops(request, state) + 2L * request.batchSize();
    }
}
