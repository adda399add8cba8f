package dev.flops.alloc.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.flops.api.OptimizerState;
import dev.flops.api.Parameters;
import org.junit.jupiter.api.Test;

/** Trajectories on f(θ) = ½ Σ c_i θ_i², against the textbook form of Adam in double: moments as explicit weighted sums. */
final class AdamOptimizerTest {
    private static final float[] CURVATURE = {1f, 0.25f, 3f};
    private static final float[] START = {2f, -1f, 0.5f};
    private static final int STEPS = 15;

    @Test
    void followsTheTextbook() {
        checkTrajectory(new AdamOptimizer.Config(0.9, 0.999, 1e-8, 0));
        checkTrajectory(new AdamOptimizer.Config(0, 0.5, 1e-3, 0));
        checkTrajectory(new AdamOptimizer.Config(0.5, 0, 1e-2, 0));
    }

    @Test
    void weightDecayIsDecoupled() {
        checkTrajectory(new AdamOptimizer.Config(0.9, 0.99, 1e-8, 0.5));
        // Without a gradient, only the decay moves θ.
        AdamOptimizer adam = new AdamOptimizer(new AdamOptimizer.Config(0.9, 0.99, 1e-8, 0.5));
        Parameters parameters = Parameters.ofVector(4f);
        adam.stepInPlace(parameters, new float[] {0f}, 0.5, adam.initialState(1));
        assertThat(parameters.values()).containsExactly(3f);
    }

    @Test
    void theFirstStepHasTheLengthOfTheRateWhateverTheScale() {
        for (float scale : new float[] {1e-12f, 1f, 1e12f}) {
            AdamOptimizer adam = new AdamOptimizer(new AdamOptimizer.Config(0.9, 0.999, 1e-20, 0));
            Parameters parameters = Parameters.ofVector(0f, 0f);
            adam.stepInPlace(parameters, new float[] {scale, -3 * scale}, 0.01, adam.initialState(2));
            assertThat(parameters.values()[0]).isCloseTo(-0.01f, within(1e-7f));
            assertThat(parameters.values()[1]).isCloseTo(0.01f, within(1e-7f));
        }
    }

    @Test
    void frozenParametersAndTheirSlotsStayBitForBit() {
        FrozenEntry.check(new AdamOptimizer(new AdamOptimizer.Config(0.9, 0.999, 1e-8, 0.1)));
    }

    @Test
    void refusesBadArguments() {
        BadArguments.check(new AdamOptimizer(AdamOptimizer.Config.defaults()), 2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AdamOptimizer.Config(-0.1, 0.9, 1e-8, 0))
                .withMessage("beta1 = -0.1, expected 0 <= beta1 < 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AdamOptimizer.Config(0.9, 1, 1e-8, 0))
                .withMessage("beta2 = 1.0, expected 0 <= beta2 < 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AdamOptimizer.Config(0.9, 0.99, 0, 0))
                .withMessage("epsilon = 0.0, expected >= 1.0E-30 and finite");
        assertThatIllegalArgumentException().isThrownBy(() -> new AdamOptimizer.Config(0.9, 0.99, 1e-8, Double.NaN));
    }

    @Test
    void isNamedForReports() {
        assertThat(new AdamOptimizer(AdamOptimizer.Config.defaults()).name()).isEqualTo("adam");
        assertThat(new AdamOptimizer(new AdamOptimizer.Config(0.9, 0.99, 1e-8, 0.1)).name())
                .isEqualTo("adamw");
    }

    private static void checkTrajectory(AdamOptimizer.Config config) {
        double rate = 0.0625;
        AdamOptimizer adam = new AdamOptimizer(config);
        Parameters parameters = Parameters.ofVector(START);
        OptimizerState state = adam.initialState(START.length);
        double[][] gradients = new double[STEPS][START.length];
        double[] expected = new double[START.length];
        for (int i = 0; i < START.length; i++) {
            expected[i] = START[i];
        }
        for (int t = 0; t < STEPS; t++) {
            float[] gradient = new float[START.length];
            for (int i = 0; i < START.length; i++) {
                gradient[i] = CURVATURE[i] * parameters.values()[i];
                gradients[t][i] = gradient[i];
                double m = average(gradients, i, t, config.beta1(), 1);
                double v = average(gradients, i, t, config.beta2(), 2);
                expected[i] -= rate * (m / (Math.sqrt(v) + config.epsilon()) + config.weightDecay() * expected[i]);
            }
            adam.stepInPlace(parameters, gradient, rate, state);
            for (int i = 0; i < START.length; i++) {
                assertThat((double) parameters.values()[i]).isCloseTo(expected[i], within(1e-5));
            }
        }
        assertThat(state.step()).isEqualTo(STEPS);
    }

    /** Σ_r β^(t−r) g_r^p / Σ_r β^(t−r): the bias-corrected average is a weighted mean. */
    private static double average(double[][] gradients, int i, int t, double beta, int power) {
        double sum = 0;
        double weights = 0;
        for (int r = 0; r <= t; r++) {
            double weight = StrictMath.pow(beta, t - r);
            sum += weight * StrictMath.pow(gradients[r][i], power);
            weights += weight;
        }
        return sum / weights;
    }
}
