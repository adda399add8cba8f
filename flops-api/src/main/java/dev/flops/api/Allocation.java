package dev.flops.api;

import java.util.Arrays;

/**
 * How many samples each example of a batch receives: n_i, with Σ n_i = N_s.
 *
 * <p>An antithetic pair is one sample.
 *
 * <p>An allocation may carry a weight ω_i per example, 1 unless stated. The estimate is then
 *
 * <pre>
 *   ĝ = (1/B) Σ_i ω_i (1/n_i) Σ_{k=1..n_i} g_ik
 * </pre>
 *
 * which is unbiased for any random allocation that is independent of the perturbations and has E[ω_i] = 1. Only an example of
 * weight 0 may have no sample: ω_i = 1[n_i &gt; 0]/π_i with the inclusion probability π_i, or n_i/(N_s p_i) for importance
 * sampling.
 */
public final class Allocation {
    private static final double[] UNWEIGHTED = new double[0];

    private final int[] samplesPerExample;
    private final double[] weights;
    private final int total;

    private Allocation(int[] samplesPerExample, double[] weights) {
        this.samplesPerExample = samplesPerExample;
        this.weights = weights;
        int sum = 0;
        for (int i = 0; i < samplesPerExample.length; i++) {
            int least = weights.length == 0 || weights[i] != 0 ? 1 : 0;
            if (samplesPerExample[i] < least) {
                throw new IllegalArgumentException(
                        "samplesPerExample[" + i + "] = " + samplesPerExample[i] + ", expected >= " + least);
            }
            sum = Math.addExact(sum, samplesPerExample[i]);
        }
        this.total = sum;
    }

    /**
     * An allocation.
     *
     * @param samplesPerExample n_i ≥ 1, copied
     * @return the allocation
     */
    public static Allocation of(int... samplesPerExample) {
        if (samplesPerExample.length == 0) {
            throw new IllegalArgumentException("samplesPerExample is empty, expected one entry per example");
        }
        return new Allocation(samplesPerExample.clone(), UNWEIGHTED);
    }

    /**
     * An allocation whose examples are weighted.
     *
     * @param samplesPerExample n_i, copied; n_i ≥ 0, and n_i ≥ 1 where ω_i &gt; 0, with a sum of at least 1
     * @param weights ω_i ≥ 0, finite, copied; E[ω_i] = 1 over whatever drew them, or the estimate is biased
     * @return the allocation
     */
    public static Allocation weighted(int[] samplesPerExample, double[] weights) {
        if (samplesPerExample.length == 0) {
            throw new IllegalArgumentException("samplesPerExample is empty, expected one entry per example");
        }
        if (weights.length != samplesPerExample.length) {
            throw new IllegalArgumentException(
                    "weights.length = " + weights.length + ", expected " + samplesPerExample.length);
        }
        for (int i = 0; i < weights.length; i++) {
            if (!(weights[i] >= 0 && weights[i] < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("weights[" + i + "] = " + weights[i] + ", expected >= 0 and finite");
            }
        }
        Allocation allocation = new Allocation(samplesPerExample.clone(), weights.clone());
        if (allocation.total == 0) {
            throw new IllegalArgumentException("samplesPerExample sums to 0, expected >= 1");
        }
        return allocation;
    }

    /**
     * Equal shares; what does not divide goes to the first examples, one sample each.
     *
     * @param examples batch size B
     * @param samples N_s ≥ B
     * @return the allocation
     */
    public static Allocation equal(int examples, int samples) {
        if (examples < 1 || samples < examples) {
            throw new IllegalArgumentException(
                    "samples = " + samples + " for " + examples + " examples, expected at least one per example");
        }
        int[] n = new int[examples];
        Arrays.fill(n, samples / examples);
        for (int i = 0; i < samples % examples; i++) {
            n[i]++;
        }
        return new Allocation(n, UNWEIGHTED);
    }

    /**
     * Batch size.
     *
     * @return B
     */
    public int examples() {
        return samplesPerExample.length;
    }

    /**
     * Samples of one example.
     *
     * @param i position in the batch
     * @return n_i
     */
    public int samples(int i) {
        return samplesPerExample[i];
    }

    /**
     * Weight of one example in the batch gradient.
     *
     * @param i position in the batch
     * @return ω_i, 1 unless the allocation is weighted
     */
    public double weight(int i) {
        return weights.length == 0 ? 1 : weights[i];
    }

    /**
     * Whether the allocation was made with weights.
     *
     * @return true for {@link #weighted}
     */
    public boolean isWeighted() {
        return weights.length > 0;
    }

    /**
     * Samples of all examples.
     *
     * @return N_s = Σ n_i
     */
    public int total() {
        return total;
    }

    /**
     * The allocation as an array.
     *
     * @return a copy of n
     */
    public int[] toArray() {
        return samplesPerExample.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Allocation that
                && Arrays.equals(samplesPerExample, that.samplesPerExample)
                && Arrays.equals(weights, that.weights);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(samplesPerExample) + Arrays.hashCode(weights);
    }

    @Override
    public String toString() {
        String samples = "Allocation" + Arrays.toString(samplesPerExample);
        return isWeighted() ? samples + " weighted " + Arrays.toString(weights) : samples;
    }
}
