package dev.flops.alloc.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.flops.api.OptimizerState;
import dev.flops.api.Parameters;
import org.junit.jupiter.api.Test;

/** ZO-AdaMM against its definition in double, with moments as explicit sums over all past gradients. */
final class AdaMmOptimizerTest {
    private static final float[][] GRADIENTS = {{1, -2}, {4, 0.5f}, {-0.25f, 0.5f}, {0, 8}, {0.125f, -1}, {0, 0}};

    @Test
    void followsItsDefinition() {
        check(new AdaMmOptimizer.Config(0.9, 0.3, 1e-8));
        check(new AdaMmOptimizer.Config(0, 0.999, 0.1));
        check(new AdaMmOptimizer.Config(0.5, 0, 1e-3));
    }

    private static void check(AdaMmOptimizer.Config config) {
        AdaMmOptimizer optimizer = new AdaMmOptimizer(config);
        Parameters parameters = Parameters.ofVector(2, -3);
        OptimizerState state = optimizer.initialState(2);
        double[] expected = {2, -3};
        for (int t = 0; t < GRADIENTS.length; t++) {
            optimizer.stepInPlace(parameters, GRADIENTS[t], 0.25, state);
            for (int i = 0; i < 2; i++) {
                double largest = 0;
                for (int s = 0; s <= t; s++) {
                    largest = Math.max(largest, average(i, s, config.beta2(), 2));
                }
                double m = average(i, t, config.beta1(), 1);
                expected[i] -= 0.25 * m / (Math.sqrt(largest) + config.epsilon());
                assertThat((double) parameters.values()[i]).isCloseTo(expected[i], within(2e-6));
            }
        }
        assertThat(state.step()).isEqualTo(GRADIENTS.length);
    }

    /** (1 − β) Σ_r β^(t−r) g_r^p. */
    private static double average(int i, int t, double beta, int power) {
        double sum = 0;
        for (int r = 0; r <= t; r++) {
            sum += (1 - beta) * Math.pow(beta, t - r) * Math.pow(GRADIENTS[r][i], power);
        }
        return sum;
    }

    /** By hand: β₁ = β₂ = ½, η = 1, ε = 1; g = 2: m = 1, u = 2; g = 0: m = ½, u still 2. */
    @Test
    void theSecondMomentNeverFalls() {
        AdaMmOptimizer optimizer = new AdaMmOptimizer(new AdaMmOptimizer.Config(0.5, 0.5, 1));
        Parameters parameters = Parameters.ofVector(0);
        OptimizerState state = optimizer.initialState(1);
        optimizer.stepInPlace(parameters, new float[] {2}, 1, state);
        optimizer.stepInPlace(parameters, new float[] {0}, 1, state);
        assertThat((double) parameters.values()[0]).isCloseTo(-1.5 / (Math.sqrt(2) + 1), within(1e-7));
        assertThat(state.slot(1)[0]).isEqualTo(1);
        assertThat(state.slot(2)[0]).isEqualTo(2);
    }

    @Test
    void frozenParametersAndTheirSlotsStayBitForBit() {
        FrozenEntry.check(new AdaMmOptimizer(AdaMmOptimizer.Config.defaults()));
    }

    @Test
    void refusesBadArguments() {
        BadArguments.check(new AdaMmOptimizer(AdaMmOptimizer.Config.defaults()), 3);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AdaMmOptimizer.Config(1, 0.9, 1e-8))
                .withMessage("beta1 = 1.0, expected 0 <= beta1 < 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AdaMmOptimizer.Config(0.9, -1, 1e-8))
                .withMessage("beta2 = -1.0, expected 0 <= beta2 < 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AdaMmOptimizer.Config(0.9, 0.9, 0))
                .withMessage("epsilon = 0.0, expected >= 1.0E-30 and finite");
        assertThat(new AdaMmOptimizer(AdaMmOptimizer.Config.defaults()).name()).isEqualTo("zo-adamm");
    }
}
