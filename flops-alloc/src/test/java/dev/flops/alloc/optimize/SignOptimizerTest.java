package dev.flops.alloc.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.flops.api.OptimizerState;
import dev.flops.api.Parameters;
import org.junit.jupiter.api.Test;

/** Signs computed by hand. */
final class SignOptimizerTest {
    @Test
    void stepsByTheSignOfTheGradient() {
        SignOptimizer optimizer = new SignOptimizer(new SignOptimizer.Config(0));
        Parameters parameters = Parameters.ofVector(1, 1, 1, 1);
        OptimizerState state = optimizer.initialState(4);
        optimizer.stepInPlace(parameters, new float[] {1e-30f, -7e30f, 0, -0f}, 0.25, state);
        assertThat(parameters.values()).containsExactly(0.75f, 1.25f, 1, 1);
        assertThat(state.step()).isEqualTo(1);
        assertThat(state.slotCount()).isZero();
    }

    /** β = ½, g = 4, −1, −1, −1: m = 2, ½, −¼, −⅝. */
    @Test
    void momentumDelaysAChangeOfSign() {
        SignOptimizer optimizer = new SignOptimizer(new SignOptimizer.Config(0.5));
        Parameters parameters = Parameters.ofVector(0);
        OptimizerState state = optimizer.initialState(1);
        float[] expected = {-1, -2, -1, 0};
        float[] means = {2, 0.5f, -0.25f, -0.625f};
        for (int t = 0; t < expected.length; t++) {
            optimizer.stepInPlace(parameters, new float[] {t == 0 ? 4 : -1}, 1, state);
            assertThat(parameters.values()[0]).isEqualTo(expected[t]);
            assertThat(state.slot(0)[0]).isEqualTo(means[t]);
        }
    }

    @Test
    void frozenParametersAndTheirSlotsStayBitForBit() {
        FrozenEntry.check(new SignOptimizer(new SignOptimizer.Config(0)));
        FrozenEntry.check(new SignOptimizer(new SignOptimizer.Config(0.9)));
    }

    @Test
    void refusesBadArguments() {
        BadArguments.check(new SignOptimizer(new SignOptimizer.Config(0)), 0);
        BadArguments.check(new SignOptimizer(new SignOptimizer.Config(0.5)), 1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SignOptimizer.Config(Double.NaN))
                .withMessage("beta = NaN, expected 0 <= beta < 1");
        assertThat(new SignOptimizer(new SignOptimizer.Config(0)).name()).isEqualTo("sign");
        assertThat(new SignOptimizer(new SignOptimizer.Config(0.5)).name()).isEqualTo("sign-momentum");
    }
}
