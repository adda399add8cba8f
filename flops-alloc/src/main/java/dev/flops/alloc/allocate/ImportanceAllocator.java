package dev.flops.alloc.allocate;

import dev.flops.api.Allocation;
import dev.flops.api.AllocationRequest;
import dev.flops.api.AllocatorState;
import dev.flops.api.QueryAllocator;

/**
 * Importance sampling of examples: N_s samples whose examples are drawn with replacement, i ~ p, and weighted,
 *
 * <pre>
 *   ĝ = Σ_{m=1..N_s} g_{i(m)} / (N_s B p_{i(m)}),   that is ω_i = n_i / (N_s p_i) with n_i the times that i was drawn
 *   tr Cov(ĝ) = (1/B²) (1/N_s) [Σ_i (v_i + ‖∇ℓ_i‖²)/p_i − ‖Σ_i ∇ℓ_i‖²]
 * </pre>
 *
 * It is least for p_i ∝ √(v_i + ‖∇ℓ_i‖²), the root of the second moment of a sample; and a second moment is what the estimators
 * measure as v̂_i. A uniform part λ bounds the weights:
 *
 * <pre>
 *   p_i = (1 − λ) ŝ_i / Σ_j ŝ_j + λ / B,   ŝ_i = √v̂_i
 * </pre>
 *
 * <p>An example may receive no sample, whatever n_min: its weight is 0 then, and E[ω_i] = 1. Where the estimator needs n_min &gt; 1
 * samples of an example, ⌊N_s/n_min⌋ draws are made instead, and a draw stands for n_min samples, the first ones for one more until
 * N_s is reached; their sizes do not depend on what is drawn. With all of size m the variance is
 * (m/N_s) [(1/B²) Σ (v_i/m + ‖∇ℓ_i‖²)/p_i − ‖∇L‖²]. Compared with allocation, drawing adds the variance of n itself.
 *
 * <p>References: Zhao and Zhang, <em>Stochastic Optimization with Importance Sampling for Regularized Loss Minimization</em>, ICML
 * 2015; Katharopoulos and Fleuret, <em>Not All Samples Are Created Equal</em>, ICML 2018.
 */
public final class ImportanceAllocator implements QueryAllocator {
    private final AllocationSignal signal;
    private final double uniformPart;
    private final WeightRule weight;

    /** ω_i from n_i, N_s and p_i. */
    @FunctionalInterface
    interface WeightRule {
        double of(int n, int samples, double probability);
    }

    /**
     * Makes the allocator.
     *
     * @param signal where v̂_i come from
     * @param uniformPart λ in (0, 1]; 1 draws examples uniformly
     */
    public ImportanceAllocator(AllocationSignal signal, double uniformPart) {
        this(signal, uniformPart, (n, samples, probability) -> n / (samples * probability));
    }

    ImportanceAllocator(AllocationSignal signal, double uniformPart, WeightRule weight) {
        AllocationChecks.requireRange("uniformPart", uniformPart, Double.MIN_NORMAL, 1);
        this.signal = signal;
        this.uniformPart = uniformPart;
        this.weight = weight;
    }

    @Override
    public String name() {
        return "importance-" + signal.label();
    }

    @Override
    public AllocatorState initialState() {
        return new AllocatorState(new double[0]);
    }

    @Override
    public Allocation allocate(AllocationRequest request, AllocatorState state) {
        double[] probabilities = probabilities(request);
        int batch = probabilities.length;
        double[] cumulative = new double[batch];
        double sum = 0;
        for (int i = 0; i < batch; i++) {
            sum += probabilities[i];
            cumulative[i] = sum;
        }
        int[] n = new int[batch];
        int draws = request.samples() / request.minimum();
        for (int m = 0; m < draws; m++) {
            int size = request.samples() / draws + (m < request.samples() % draws ? 1 : 0);
            n[find(cumulative, request.key().uniform(m, 0) * sum)] += size;
        }
        double[] weights = new double[batch];
        for (int i = 0; i < batch; i++) {
            weights[i] = n[i] == 0 ? 0 : weight.of(n[i], request.samples(), probabilities[i]);
        }
        return Allocation.weighted(n, weights);
    }

    /**
     * The probabilities p that a request leads to.
     *
     * @param request the request, not modified
     * @return p_i &gt; 0 with sum 1, length B
     */
    public double[] probabilities(AllocationRequest request) {
        double[] roots = signal.variances(request);
        double largest = 0;
        for (double variance : roots) {
            largest = Math.max(largest, variance);
        }
        double sum = 0;
        for (int i = 0; i < roots.length; i++) {
            roots[i] = largest == 0 ? 1 : StrictMath.sqrt(roots[i] / largest);
            sum += roots[i];
        }
        for (int i = 0; i < roots.length; i++) {
            roots[i] = (1 - uniformPart) * roots[i] / sum + uniformPart / roots.length;
        }
        return roots;
    }

    /** The first i with point &lt; cumulative[i]. */
    private static int find(double[] cumulative, double point) {
        int low = 0;
        int high = cumulative.length - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (point < cumulative[middle]) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    @Override
    public AllocatorState update(AllocationRequest request, double[] sampleVariances, AllocatorState state) {
        AllocationChecks.requireLength("sampleVariances", sampleVariances.length, request.batchSize());
        return state;
    }

    /** {@inheritDoc} Eight per example, and a bisection per draw. */
    @Override
    public long flops(AllocationRequest request, AllocatorState state) {
        long bits = 32L - Integer.numberOfLeadingZeros(request.batchSize());
        return 8L * request.batchSize() + request.samples() * bits;
    }
}
