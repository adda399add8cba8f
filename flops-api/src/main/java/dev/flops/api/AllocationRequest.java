package dev.flops.api;

/**
 * The question put to an allocator.
 *
 * @param signals what is known of the batch
 * @param rememberedVariances v̂_i of earlier steps per example of the batch, NaN where an example was never sampled
 * @param samples N_s, the samples to give out
 * @param minimum n_min, samples that each example receives at least (≥ 1)
 * @param key key of the allocator's own draws in this step
 * @param sampleFlops floating-point operations of one sample as counted in earlier steps, NaN where unknown
 */
public record AllocationRequest(
        StepSignals signals,
        double[] rememberedVariances,
        int samples,
        int minimum,
        RandomKey key,
        double sampleFlops) {
    /** Checks that the request can be met. */
    public AllocationRequest {
        int batch = signals.batchSize();
        if (rememberedVariances.length != batch) {
            throw new IllegalArgumentException(
                    "rememberedVariances.length = " + rememberedVariances.length + ", expected " + batch);
        }
        if (minimum < 1) {
            throw new IllegalArgumentException("minimum = " + minimum + ", expected >= 1");
        }
        if (samples < (long) batch * minimum) {
            throw new IllegalArgumentException("samples = " + samples + ", expected >= " + (long) batch * minimum + " ("
                    + batch + " examples x " + minimum + ")");
        }
        if (sampleFlops < 0 || sampleFlops == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException(
                    "sampleFlops = " + sampleFlops + ", expected >= 0 and finite, or NaN where unknown");
        }
    }

    /**
     * A request that does not know what a sample costs.
     *
     * @param signals what is known of the batch
     * @param rememberedVariances v̂_i of earlier steps, NaN where unknown
     * @param samples N_s
     * @param minimum n_min
     * @param key key of the allocator's own draws in this step
     */
    public AllocationRequest(
            StepSignals signals, double[] rememberedVariances, int samples, int minimum, RandomKey key) {
        this(signals, rememberedVariances, samples, minimum, key, Double.NaN);
    }

    /**
     * Batch size.
     *
     * @return B
     */
    public int batchSize() {
        return signals.batchSize();
    }
}
