package dev.flops.alloc.allocate;

import dev.flops.api.Allocation;
import dev.flops.api.AllocationRequest;
import dev.flops.api.AllocatorState;
import dev.flops.api.QueryAllocator;

/**
 * The Bernoulli allocator (BA) of the paper: begins with equal shares n⁰; each example whose clean loss is below the mean of
 * the batch is halved with probability p, and what that frees is shared among the rest,
 *
 * <pre>
 *   h_i ~ Bernoulli(p) where ℓ_i &lt; mean ℓ, else 0
 *   n_i = max(n_min, ⌈n⁰_i / 2⌉)                  where h_i = 1
 *   n_i = n⁰_i + an equal part of what is freed   where h_i = 0, the remainder to the first of them
 * </pre>
 *
 * <p>The mean is taken over the batch; when all losses are equal, nobody is below it and the allocation is equal. At least one
 * example is never below the mean, so that the rest is never empty. It learns nothing, and its state is empty.
 *
 * <p>Reference: Ren et al., <em>FLOPS: Forward Learning with OPtimal Sampling</em>, ICLR 2025, arXiv 2410.05966. The rounding,
 * the minimum and the order of remainders are decided here.
 */
public final class BernoulliAllocator implements QueryAllocator {
    private final double probability;

    /**
     * Makes the allocator.
     *
     * @param probability p in [0, 1], that an example with a small loss is halved
     */
    public BernoulliAllocator(double probability) {
        AllocationChecks.requireRange("probability", probability, 0, 1);
        this.probability = probability;
    }

    @Override
    public String name() {
        return "bernoulli";
    }

    @Override
    public AllocatorState initialState() {
        return new AllocatorState(new double[0]);
    }

    @Override
    public Allocation allocate(AllocationRequest request, AllocatorState state) {
        float[] losses = request.signals().cleanLosses();
        int batch = request.batchSize();
        if (losses.length == 0) {
            throw new IllegalArgumentException("signals.cleanLosses is empty, expected one entry per example:"
                    + " the Bernoulli allocator compares losses");
        }
        int[] n = Allocation.equal(batch, request.samples()).toArray();
        double mean = mean(losses);
        boolean[] halved = new boolean[batch];
        int freed = 0;
        int rest = 0;
        for (int i = 0; i < batch; i++) {
            halved[i] = losses[i] < mean && request.key().uniform(i, 0) < probability;
            if (halved[i]) {
                int kept = Math.max(request.minimum(), (n[i] + 1) / 2);
                freed += n[i] - kept;
                n[i] = kept;
            } else {
                rest++;
            }
        }
        share(n, halved, freed, rest);
        return Allocation.of(n);
    }

    private static void share(int[] n, boolean[] halved, int freed, int rest) {
        int remainder = freed % rest;
        for (int i = 0; i < n.length; i++) {
            if (!halved[i]) {
                n[i] += freed / rest + (remainder > 0 ? 1 : 0);
                remainder = Math.max(0, remainder - 1);
            }
        }
    }

    /** A mean that is at most the largest loss, however it is rounded. */
    private static double mean(float[] losses) {
        double sum = 0;
        double largest = Double.NEGATIVE_INFINITY;
        for (float loss : losses) {
            sum += loss;
            largest = Math.max(largest, loss);
        }
        return Math.min(sum / losses.length, largest);
    }

    @Override
    public AllocatorState update(AllocationRequest request, double[] sampleVariances, AllocatorState state) {
        AllocationChecks.requireLength("sampleVariances", sampleVariances.length, request.batchSize());
        return state;
    }

    @Override
    public long flops(AllocationRequest request, AllocatorState state) {
        return 8L * request.batchSize();
    }
}
