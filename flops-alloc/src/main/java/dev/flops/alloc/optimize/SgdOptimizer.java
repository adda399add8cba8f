package dev.flops.alloc.optimize;

import dev.flops.api.Optimizer;
import dev.flops.api.OptimizerState;
import dev.flops.api.Parameters;
import dev.flops.api.Parameters.Parameter;

/**
 * Stochastic gradient descent with heavy-ball momentum μ and weight decay λ:
 *
 * <pre>
 *   m ← μ m + (ĝ + λ θ)
 *   θ ← θ − η m
 * </pre>
 *
 * <p>The decay is part of the gradient (an L2 penalty ½ λ ‖θ‖²), and passes through the momentum. State: one slot, m, or none
 * when μ = 0.
 *
 * <p>Reference: Polyak, <em>Some methods of speeding up the convergence of iteration methods</em>, USSR Computational
 * Mathematics and Mathematical Physics 4(5), 1964. Deviation: η multiplies m when it is applied, not ĝ when it is
 * accumulated, so that a change of η acts at once.
 */
public final class SgdOptimizer implements Optimizer {
    private final Config config;

    /**
     * Configuration.
     *
     * @param momentum μ in [0, 1)
     * @param weightDecay λ ≥ 0, finite
     */
    public record Config(double momentum, double weightDecay) {
        /** Checks the ranges. */
        public Config {
            OptimizerChecks.requireDecay("momentum", momentum);
            OptimizerChecks.requireNotNegative("weightDecay", weightDecay);
        }
    }

    /**
     * Makes the optimiser.
     *
     * @param config its configuration
     */
    public SgdOptimizer(Config config) {
        this.config = config;
    }

    @Override
    public String name() {
        return config.momentum() == 0 ? "sgd" : "sgd-momentum";
    }

    @Override
    public OptimizerState initialState(int dimension) {
        OptimizerChecks.requireDimension(dimension);
        return new OptimizerState(slots(), dimension);
    }

    @Override
    public void stepInPlace(Parameters parameters, float[] gradient, double learningRate, OptimizerState state) {
        OptimizerChecks.requireStep(parameters, gradient, learningRate, state, slots());
        state.advance();
        float eta = (float) learningRate;
        float lambda = (float) config.weightDecay();
        float mu = (float) config.momentum();
        float[] theta = parameters.values();
        for (Parameter entry : parameters.list()) {
            if (!entry.trainable()) {
                continue;
            }
            int end = entry.offset() + entry.length();
            if (slots() == 0) {
                plain(theta, gradient, entry.offset(), end, eta, lambda);
            } else {
                heavyBall(theta, gradient, state.slot(0), entry.offset(), end, eta, lambda, mu);
            }
        }
    }

    private int slots() {
        return config.momentum() == 0 ? 0 : 1;
    }

    private static void plain(float[] theta, float[] gradient, int begin, int end, float eta, float lambda) {
        for (int i = begin; i < end; i++) {
            theta[i] -= eta * (gradient[i] + lambda * theta[i]);
        }
    }

    private static void heavyBall(
            float[] theta, float[] gradient, float[] m, int begin, int end, float eta, float lambda, float mu) {
        for (int i = begin; i < end; i++) {
            m[i] = mu * m[i] + (gradient[i] + lambda * theta[i]);
            theta[i] -= eta * m[i];
        }
    }
}
