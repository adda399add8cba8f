package dev.flops.api;

import java.util.Arrays;

/**
 * How many samples each example of a batch receives: n_i, with Σ n_i = N_s.
 *
 * <p>An antithetic pair is one sample.
 */
public final class Allocation {
    private final int[] samplesPerExample;
    private final int total;

    private Allocation(int[] samplesPerExample) {
        this.samplesPerExample = samplesPerExample;
        int sum = 0;
        for (int i = 0; i < samplesPerExample.length; i++) {
            if (samplesPerExample[i] < 1) {
                throw new IllegalArgumentException(
                        "samplesPerExample[" + i + "] = " + samplesPerExample[i] + ", expected >= 1");
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
        return new Allocation(samplesPerExample.clone());
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
        return new Allocation(n);
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
        return other instanceof Allocation that && Arrays.equals(samplesPerExample, that.samplesPerExample);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(samplesPerExample);
    }

    @Override
    public String toString() {
        return "Allocation" + Arrays.toString(samplesPerExample);
    }
}
