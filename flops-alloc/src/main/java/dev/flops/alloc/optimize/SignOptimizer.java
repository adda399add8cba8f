package dev.flops.alloc.optimize;

import dev.flops.api.Optimizer;
import dev.flops.api.OptimizerState;
import dev.flops.api.Parameters;
import dev.flops.api.Parameters.Parameter;

/**
 * Steps of one length in every coordinate, by the sign of a running mean of the gradient:
 *
 * <pre>
 *   m ← β m + (1 − β) ĝ
 *   θ ← θ − η sign(m)        sign(0) = 0
 * </pre>
 *
 * <p>State: one slot, m, or none when β = 0.
 *
 * <p>References: Liu, Chen, Chen, Hong, <em>signSGD via Zeroth-Order Oracle</em>, ICLR 2019; Bernstein, Wang,
 * Azizzadenesheli, Anandkumar, <em>signSGD: Compressed Optimisation for Non-Convex Problems</em>, ICML 2018 (with β &gt; 0,
 * Signum).
 */
public final class SignOptimizer implements Optimizer {
    private final Config config;

    /**
     * Configuration.
     *
     * @param beta β in [0, 1)
     */
    public record Config(double beta) {
        /** Checks the range. */
        public Config {
            OptimizerChecks.requireDecay("beta", beta);
        }
    }

    /**
     * Makes the optimiser.
     *
     * @param config its configuration
     */
    public SignOptimizer(Config config) {
        this.config = config;
    }

    @Override
    public String name() {
        return config.beta() == 0 ? "sign" : "sign-momentum";
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
        float keep = (float) config.beta();
        float add = (float) (1 - config.beta());
        float[] theta = parameters.values();
        for (Parameter entry : parameters.list()) {
            if (!entry.trainable()) {
                continue;
            }
            int end = entry.offset() + entry.length();
            for (int i = entry.offset(); i < end; i++) {
                float direction = gradient[i];
                if (slots() == 1) {
                    float[] m = state.slot(0);
                    m[i] = keep * m[i] + add * gradient[i];
                    direction = m[i];
                }
                theta[i] -= eta * Math.signum(direction);
            }
        }
    }

    private int slots() {
        return config.beta() == 0 ? 0 : 1;
    }
}
