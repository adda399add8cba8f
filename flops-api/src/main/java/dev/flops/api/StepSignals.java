package dev.flops.api;

/**
 * What is known of a batch before the perturbations of its samples are drawn; all that an allocator may look at. No loss under
 * a perturbation that enters the estimate is among it.
 *
 * @param step index of the step
 * @param examples indices of the examples in their data set, length B
 * @param cleanLosses ℓ_i(θ), length B, or empty when the estimator runs no clean forward
 * @param errorNorms EL2N_i = ‖softmax(z_i) − onehot(y_i)‖₂ (Paul, Ganguli, Dziugaite 2021), length B, or empty when
 *     there are no logits
 * @param pilotVariances v̂_i as a pilot of this step measured it, with perturbations of its own that the samples do not share,
 *     length B, or empty when no pilot was run
 */
public record StepSignals(int step, int[] examples, float[] cleanLosses, float[] errorNorms, double[] pilotVariances) {
    private static final double[] NO_PILOT = {};

    /** Checks that the lengths agree. */
    public StepSignals {
        requireLength("cleanLosses", cleanLosses.length, examples.length);
        requireLength("errorNorms", errorNorms.length, examples.length);
        requireLength("pilotVariances", pilotVariances.length, examples.length);
    }

    /**
     * Signals without a pilot.
     *
     * @param step index of the step
     * @param examples indices of the examples in their data set
     * @param cleanLosses ℓ_i(θ), or empty
     * @param errorNorms EL2N_i, or empty
     */
    public StepSignals(int step, int[] examples, float[] cleanLosses, float[] errorNorms) {
        this(step, examples, cleanLosses, errorNorms, NO_PILOT);
    }

    /**
     * The same signals with those of a pilot.
     *
     * @param variances v̂_i of the pilot, length B
     * @return a copy
     */
    public StepSignals withPilot(double[] variances) {
        return new StepSignals(step, examples, cleanLosses, errorNorms, variances);
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
