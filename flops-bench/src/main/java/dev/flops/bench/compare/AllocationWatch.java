package dev.flops.bench.compare;

import dev.flops.alloc.allocate.AllocationDiagnostics;
import dev.flops.alloc.allocate.VarianceSplit;
import dev.flops.api.Allocation;
import dev.flops.api.CostLedger;
import dev.flops.api.GradientEstimate;
import dev.flops.api.GradientEstimator;
import dev.flops.api.GradientTarget;
import dev.flops.api.Parameters;
import dev.flops.api.RandomKey;
import dev.flops.api.SampleIndependence;
import dev.flops.api.SamplingCost;
import dev.flops.api.Stateful;
import dev.flops.api.StepSignals;
import java.util.Arrays;

/**
 * Looks on as an estimator is given its allocations, and changes nothing. With v̂_i of the samples that each step drew,
 *
 * <pre>
 *   used  Σ_t Σ_i ω_i² v̂_i / n_i        equal  Σ_t (B / N_s) Σ_i ω_i v̂_i
 * </pre>
 *
 * over the examples with samples. The allocation of a step is decided before its samples are drawn and E[ω_i] = 1, so that both are
 * unbiased for V(n) and V(equal), for weighted allocations that leave examples out, too.
 */
public final class AllocationWatch implements GradientEstimator {
    private final GradientEstimator inner;
    private final double[] sums;
    private final long[] samples;
    private double used;
    private double equal;

    /**
     * Looks at an estimator.
     *
     * @param inner the estimator
     * @param examples size of the data set
     */
    public AllocationWatch(GradientEstimator inner, int examples) {
        this.inner = inner;
        this.sums = new double[examples];
        this.samples = new long[examples];
    }

    /**
     * What was seen so far.
     *
     * @param parts of the variance, as the last step reported them
     * @return the worth of the allocations
     */
    public AllocationWorth seen(VarianceSplit.Parts parts) {
        int known = 0;
        double[] means = new double[sums.length];
        for (int i = 0; i < sums.length; i++) {
            if (samples[i] > 0) {
                means[known++] = sums[i] / samples[i];
            }
        }
        double share = parts.allocation() / parts.total();
        return new AllocationWorth(
                AllocationDiagnostics.coefficientOfVariation(Arrays.copyOf(means, known)),
                equal == 0 ? 1 : used / equal,
                Double.isFinite(share) ? (Double) share : null);
    }

    private GradientEstimate look(int[] examples, Allocation allocation, GradientEstimate estimate) {
        for (int i = 0; i < examples.length; i++) {
            int n = allocation.samples(i);
            if (n > 0) {
                double variance = estimate.sampleVariances()[i];
                double weight = allocation.weight(i);
                sums[examples[i]] += n * variance;
                samples[examples[i]] += n;
                used += weight * weight * variance / n;
                equal += weight * variance * examples.length / allocation.total();
            }
        }
        return estimate;
    }

    @Override
    public String name() {
        return inner.name();
    }

    @Override
    public Parameters parameters() {
        return inner.parameters();
    }

    @Override
    public SamplingCost cost() {
        return inner.cost();
    }

    @Override
    public GradientTarget target() {
        return inner.target();
    }

    @Override
    public SampleIndependence independence() {
        return inner.independence();
    }

    @Override
    public Stateful state() {
        return inner.state();
    }

    @Override
    public Step begin(int step, int[] examples, RandomKey key, CostLedger ledger) {
        Step open = inner.begin(step, examples, key, ledger);
        return new Step() {
            @Override
            public StepSignals signals() {
                return open.signals();
            }

            @Override
            public GradientEstimate estimate(Allocation allocation) {
                return look(examples, allocation, open.estimate(allocation));
            }

            @Override
            public GradientEstimate estimateInto(Allocation allocation, float[] gradient) {
                return look(examples, allocation, open.estimateInto(allocation, gradient));
            }

            @Override
            public GradientEstimate pilot(Allocation allocation) {
                return open.pilot(allocation);
            }
        };
    }
}
