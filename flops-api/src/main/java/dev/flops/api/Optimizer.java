package dev.flops.api;

/**
 * Turns gradients into steps. An optimizer is a value; what it accumulates lives in an explicit {@link OptimizerState}.
 */
public interface Optimizer {
    /**
     * Name for reports.
     *
     * @return a short name
     */
    String name();

    /**
     * The state before the first step.
     *
     * @param dimension number of parameters d
     * @return a state of zeros
     */
    OptimizerState initialState(int dimension);

    /**
     * One step. Only trainable parameters change.
     *
     * @param parameters modified: its values move against the gradient
     * @param gradient in the layout of the values, not modified
     * @param learningRate η &gt; 0
     * @param state modified: advanced by one step
     */
    void stepInPlace(Parameters parameters, float[] gradient, double learningRate, OptimizerState state);
}
