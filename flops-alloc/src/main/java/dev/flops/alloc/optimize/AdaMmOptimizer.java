package dev.flops.alloc.optimize;

import dev.flops.api.Optimizer;
import dev.flops.api.OptimizerState;
import dev.flops.api.Parameters;
import dev.flops.api.Parameters.Parameter;

/**
 * ZO-AdaMM: adaptive momentum with a second moment that never falls, for the noisy gradients of zeroth-order estimators.
 *
 * <pre>
 *   m ← β₁ m + (1 − β₁) ĝ
 *   v ← β₂ v + (1 − β₂) ĝ²
 *   u ← max(u, v)
 *   θ ← θ − η m / (√u + ε)
 * </pre>
 *
 * <p>State: three slots, m, v and u. There is no bias correction, so that the first steps are short: (1 − β₁)/√(1 − β₂)
 * times η before ε.
 *
 * <p>Reference: Chen, Liu, Xu, Li, Lin, Hong, Cox, <em>ZO-AdaMM: Zeroth-Order Adaptive Momentum Method for Black-Box
 * Optimization</em>, NeurIPS 2019. Deviations: unconstrained (the paper projects in the norm of √u); ε in the denominator
 * in place of a positive initial u.
 */
public final class AdaMmOptimizer implements Optimizer {
    private static final int SLOTS = 3;
    private static final double LEAST_EPSILON = 1e-30;
    private final Config config;

    /**
     * Configuration.
     *
     * @param beta1 β₁ in [0, 1)
     * @param beta2 β₂ in [0, 1)
     * @param epsilon ε ≥ 1e-30, finite; smaller ones would vanish in float
     */
    public record Config(double beta1, double beta2, double epsilon) {
        /** Checks the ranges. */
        public Config {
            OptimizerChecks.requireDecay("beta1", beta1);
            OptimizerChecks.requireDecay("beta2", beta2);
            if (!(epsilon >= LEAST_EPSILON && epsilon < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(
                        "epsilon = " + epsilon + ", expected >= " + LEAST_EPSILON + " and finite");
            }
        }

        /**
         * The decays of the paper's experiments.
         *
         * @return β₁ = 0.9, β₂ = 0.3, ε = 1e-8
         */
        public static Config defaults() {
            return new Config(0.9, 0.3, 1e-8);
        }
    }

    /**
     * Makes the optimiser.
     *
     * @param config its configuration
     */
    public AdaMmOptimizer(Config config) {
        this.config = config;
    }

    @Override
    public String name() {
        return "zo-adamm";
    }

    @Override
    public OptimizerState initialState(int dimension) {
        OptimizerChecks.requireDimension(dimension);
        return new OptimizerState(SLOTS, dimension);
    }

    @Override
    public void stepInPlace(Parameters parameters, float[] gradient, double learningRate, OptimizerState state) {
        OptimizerChecks.requireStep(parameters, gradient, learningRate, state, SLOTS);
        state.advance();
        for (Parameter entry : parameters.list()) {
            if (entry.trainable()) {
                update(parameters.values(), gradient, state, entry, (float) learningRate);
            }
        }
    }

    private void update(float[] theta, float[] gradient, OptimizerState state, Parameter entry, float eta) {
        float keep1 = (float) config.beta1();
        float add1 = (float) (1 - config.beta1());
        float keep2 = (float) config.beta2();
        float add2 = (float) (1 - config.beta2());
        float epsilon = (float) config.epsilon();
        float[] m = state.slot(0);
        float[] v = state.slot(1);
        float[] u = state.slot(2);
        int end = entry.offset() + entry.length();
        for (int i = entry.offset(); i < end; i++) {
            float g = gradient[i];
            m[i] = keep1 * m[i] + add1 * g;
            v[i] = keep2 * v[i] + add2 * (g * g);
            u[i] = Math.max(u[i], v[i]);
            // The square root of a float, taken in double and rounded, is the correctly rounded float root.
            float root = (float) StrictMath.sqrt(u[i]);
            theta[i] -= eta * m[i] / (root + epsilon);
        }
    }
}
