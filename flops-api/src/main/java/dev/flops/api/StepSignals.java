package dev.flops.api;

/**
 * What is known of a batch before its perturbations are drawn; all that an allocator may look at.
 *
 * @param step index of the step
 * @param examples indices of the examples in their data set, length B
 * @param cleanLosses ℓ_i(θ), length B, or empty when the estimator runs no clean forward
 * @param errorNorms EL2N_i = ‖softmax(z_i) − onehot(y_i)‖₂ (Paul, Ganguli, Dziugaite 2021), length B, or empty when
 *     there are no logits
 */
public record StepSignals(int step, int[] examples, float[] cleanLosses, float[] errorNorms) {
    /** Checks that the lengths agree. */
    public StepSignals {
        requireLength("cleanLosses", cleanLosses.length, examples.length);
        requireLength("errorNorms", errorNorms.length, examples.length);
    }

    /**
     * Batch size.
     *
     * @return B
     */
    public int batchSize() {
        return examples.length;
    }

    private static void requireLength(String name, int found, int expected) {
        if (found != 0 && found != expected) {
            throw new IllegalArgumentException(name + ".length = " + found + ", expected 0 or " + expected);
        }
    }
}
