package dev.flops.bench.finetune;

/**
 * One run of backpropagation.
 *
 * @param part the trained selection of parameters
 * @param seed its seed
 * @param learningRate its peak learning rate
 * @param steps steps done
 * @param heldOutAccuracy accuracy on held-out training examples at the end; NaN if there are none
 * @param testAccuracy accuracy on the test set at the end
 * @param queries forward passes, each of which was followed by a backward pass
 * @param seconds wall time of training and evaluation
 * @param parametersSha256 SHA-256 of the trained parameters
 */
public record ExactRun(
        String part,
        long seed,
        double learningRate,
        int steps,
        double heldOutAccuracy,
        double testAccuracy,
        long queries,
        double seconds,
        String parametersSha256) {}
