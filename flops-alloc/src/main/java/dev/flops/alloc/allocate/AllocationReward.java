package dev.flops.alloc.allocate;

/**
 * The reward of an allocation: the share of equal allocation's variance that it saves,
 *
 * <pre>
 *   ρ(n) = 1 − [Σ v̂_i / n_i] / [Σ v̂_i / (N_s/B)],   in (−∞, 1)
 * </pre>
 *
 * It takes real-valued n too; then ∂ρ/∂n_i = (v̂_i / n_i²) / [Σ v̂_i / (N_s/B)].
 */
final class AllocationReward {
    private final EqualVariance equal;
    private double[] variances = new double[0];
    private int samples;
    private double equalVariance;

    /** The variance Σ v̂_i / n_i of equal real-valued shares, n_i = N_s/B. */
    @FunctionalInterface
    interface EqualVariance {
        double of(double[] variances, int samples);
    }

    /**
     * The reward on no batch yet.
     *
     * @param equal the denominator, {@link #equalVariance} outside tests
     */
    AllocationReward(EqualVariance equal) {
        this.equal = equal;
    }

    /**
     * Becomes the reward on another batch.
     *
     * @param ofBatch v̂_i &gt; 0, not copied
     * @param allSamples N_s
     */
    void begin(double[] ofBatch, int allSamples) {
        variances = ofBatch;
        samples = allSamples;
        equalVariance = equal.of(ofBatch, allSamples);
    }

    /** N_s. */
    int samples() {
        return samples;
    }

    static double equalVariance(double[] variances, int samples) {
        double sum = 0;
        for (double variance : variances) {
            sum += variance;
        }
        return sum * ((double) variances.length / samples);
    }

    double of(int[] n) {
        double sum = 0;
        for (int i = 0; i < n.length; i++) {
            sum += variances[i] / n[i];
        }
        return 1 - sum / equalVariance;
    }

    double of(double[] n) {
        double sum = 0;
        for (int i = 0; i < n.length; i++) {
            sum += variances[i] / n[i];
        }
        return 1 - sum / equalVariance;
    }

    /** Writes ∂ρ/∂n_i. */
    void slopeInto(double[] n, double[] out) {
        for (int i = 0; i < n.length; i++) {
            out[i] = variances[i] / (n[i] * n[i]) / equalVariance;
        }
    }
}
