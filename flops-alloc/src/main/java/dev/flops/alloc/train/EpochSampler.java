package dev.flops.alloc.train;

import dev.flops.api.RandomKey;

/**
 * Batches without replacement: each epoch visits a fresh permutation of the data set, and a batch never repeats an
 * example. What an epoch leaves over (fewer than a batch) is skipped.
 *
 * <p>The batch of a step is a function of (key, step) alone.
 */
public final class EpochSampler {
    private final int size;
    private final int batchSize;
    private final RandomKey key;
    private final int[] permutation;
    private int epoch = -1;

    /**
     * A sampler.
     *
     * @param size number of examples
     * @param batchSize B, at most {@code size}
     * @param key key of the order
     */
    public EpochSampler(int size, int batchSize, RandomKey key) {
        if (batchSize < 1 || batchSize > size) {
            throw new IllegalArgumentException(
                    "batchSize = " + batchSize + ", expected 1 <= batchSize <= " + size + " examples");
        }
        this.size = size;
        this.batchSize = batchSize;
        this.key = key;
        this.permutation = new int[size];
    }

    /**
     * Steps of one epoch.
     *
     * @return ⌊size / B⌋
     */
    public int stepsPerEpoch() {
        return size / batchSize;
    }

    /**
     * The batch of a step.
     *
     * @param step at least 0
     * @return B distinct example indices
     */
    public int[] batch(int step) {
        shuffle(step / stepsPerEpoch());
        int[] examples = new int[batchSize];
        System.arraycopy(permutation, step % stepsPerEpoch() * batchSize, examples, 0, batchSize);
        return examples;
    }

    /** Fisher–Yates; the bias of a 53-bit uniform number is below 2⁻²⁰ for any array size. */
    private void shuffle(int wanted) {
        if (wanted == epoch) {
            return;
        }
        for (int i = 0; i < size; i++) {
            permutation[i] = i;
        }
        for (int i = size - 1; i > 0; i--) {
            int j = (int) (key.uniform(wanted, i) * (i + 1));
            int swapped = permutation[i];
            permutation[i] = permutation[j];
            permutation[j] = swapped;
        }
        epoch = wanted;
    }
}
