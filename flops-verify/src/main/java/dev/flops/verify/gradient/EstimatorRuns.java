package dev.flops.verify.gradient;

import dev.flops.api.Allocation;
import dev.flops.api.CostLedger;
import dev.flops.api.GradientEstimate;
import dev.flops.api.GradientEstimator;
import dev.flops.api.RandomKey;

/**
 * Independent estimates of one gradient: the same estimator, batch and allocation in steps 0, 1, 2, ... of one key.
 *
 * @param estimator what is examined; nothing here changes its parameters
 * @param examples the batch, copied
 * @param allocation samples per example
 * @param key key of the perturbations
 */
public record EstimatorRuns(GradientEstimator estimator, int[] examples, Allocation allocation, RandomKey key) {
    /** Copies the batch. */
    public EstimatorRuns {
        examples = examples.clone();
    }

    /**
     * The batch.
     *
     * @return a copy
     */
    @Override
    public int[] examples() {
        return examples.clone();
    }

    /**
     * The same runs of another estimator.
     *
     * @param other the estimator
     * @return a copy
     */
    EstimatorRuns of(GradientEstimator other) {
        return new EstimatorRuns(other, examples, allocation, key);
    }

    /** The same runs with a multiple of the samples and a key of their own. */
    EstimatorRuns with(int factor, RandomKey other) {
        int[] samples = allocation.toArray();
        for (int i = 0; i < samples.length; i++) {
            samples[i] = Math.multiplyExact(samples[i], factor);
        }
        return new EstimatorRuns(estimator, examples, Allocation.of(samples), other);
    }

    /**
     * One estimate.
     *
     * @param step index of the estimate; different indices are independent
     * @return the estimate
     */
    public GradientEstimate estimate(int step) {
        return estimator.begin(step, examples, key, new CostLedger()).estimate(allocation);
    }
}
