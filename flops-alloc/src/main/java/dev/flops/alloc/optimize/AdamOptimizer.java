package dev.flops.alloc.optimize;

import dev.flops.alloc.internal.elementary.IntegerPower;
import dev.flops.api.Optimizer;
import dev.flops.api.OptimizerState;
import dev.flops.api.Parameters;
import dev.flops.api.Parameters.Parameter;
import java.util.List;

/**
 * Adam with bias correction and decoupled weight decay λ (AdamW). At step t = 1, 2, ...:
 *
 * <pre>
 *   m ← β₁ m + (1 − β₁) ĝ                m̂ = m / (1 − β₁ᵗ)
 *   v ← β₂ v + (1 − β₂) ĝ²               v̂ = v / (1 − β₂ᵗ)
 *   θ ← θ − η (m̂ / (√v̂ + ε) + λ θ)
 * </pre>
 *
 * <p>evaluated as θ ← (θ − ηλ θ) − a m / (√v + e) with a = η √(1 − β₂ᵗ) / (1 − β₁ᵗ) and e = ε √(1 − β₂ᵗ), which is the same
 * number. The powers, a and e are computed in double once per step. State: two slots, m and v.
 *
 * <p>References: Kingma and Ba, <em>Adam: A Method for Stochastic Optimization</em>, ICLR 2015; Loshchilov and Hutter,
 * <em>Decoupled Weight Decay Regularization</em>, ICLR 2019. Deviation from the latter: the decay is multiplied by the
 * learning rate, so that a schedule applies to both.
 */
public final class AdamOptimizer implements Optimizer {
    private static final int SLOTS = 2;
    private static final double LEAST_EPSILON = 1e-30;
    private final Config config;

    /**
     * Configuration.
     *
     * @param beta1 β₁ in [0, 1)
     * @param beta2 β₂ in [0, 1)
     * @param epsilon ε ≥ 1e-30, finite; smaller ones would vanish in float
     * @param weightDecay λ ≥ 0, finite
     */
    public record Config(double beta1, double beta2, double epsilon, double weightDecay) {
        /** Checks the ranges. */
        public Config {
            OptimizerChecks.requireDecay("beta1", beta1);
            OptimizerChecks.requireDecay("beta2", beta2);
            if (!(epsilon >= LEAST_EPSILON && epsilon < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(
                        "epsilon = " + epsilon + ", expected >= " + LEAST_EPSILON + " and finite");
            }
            OptimizerChecks.requireNotNegative("weightDecay", weightDecay);
        }

        /**
         * The values of the paper, without weight decay.
         *
         * @return β₁ = 0.9, β₂ = 0.999, ε = 1e-8, λ = 0
         */
        public static Config defaults() {
            return new Config(0.9, 0.999, 1e-8, 0);
        }
    }

    /**
     * Makes the optimiser.
     *
     * @param config its configuration
     */
    public AdamOptimizer(Config config) {
        this.config = config;
    }

    @Override
    public String name() {
        return config.weightDecay() == 0 ? "adam" : "adamw";
    }

    @Override
    public OptimizerState initialState(int dimension) {
        OptimizerChecks.requireDimension(dimension);
        return new OptimizerState(SLOTS, dimension);
    }

    @Override
    public void stepInPlace(Parameters parameters, float[] gradient, double learningRate, OptimizerState state) {
        OptimizerChecks.requireStep(parameters, gradient, learningRate, state, SLOTS);
        int t = state.advance();
        double first = 1 - IntegerPower.of(config.beta1(), t);
        double second = StrictMath.sqrt(1 - IntegerPower.of(config.beta2(), t));
        float stepSize = (float) (learningRate * second / first);
        float epsilon = (float) (config.epsilon() * second);
        float decay = (float) (learningRate * config.weightDecay());
        List<Parameter> entries = parameters.list();
        for (int i = 0; i < entries.size(); i++) { // without an iterator, which every step would make
            Parameter entry = entries.get(i);
            if (entry.trainable()) {
                update(parameters.values(), gradient, state, entry, stepSize, epsilon, decay);
            }
        }
    }

    private void update(
            float[] theta,
            float[] gradient,
            OptimizerState state,
            Parameter entry,
            float stepSize,
            float epsilon,
            float decay) {
        float[] m = state.slot(0);
        float[] v = state.slot(1);
        float keep1 = (float) config.beta1();
        float add1 = (float) (1 - config.beta1());
        float keep2 = (float) config.beta2();
        float add2 = (float) (1 - config.beta2());
        int end = entry.offset() + entry.length();
        for (int i = entry.offset(); i < end; i++) {
            float g = gradient[i];
            m[i] = keep1 * m[i] + add1 * g;
            v[i] = keep2 * v[i] + add2 * (g * g);
            // The square root of a float, taken in double and rounded, is the correctly rounded float root.
            float root = (float) StrictMath.sqrt(v[i]);
            theta[i] = (theta[i] - decay * theta[i]) - stepSize * m[i] / (root + epsilon);
        }
    }
}
