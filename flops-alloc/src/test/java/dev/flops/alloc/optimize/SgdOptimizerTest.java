package dev.flops.alloc.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.flops.api.OptimizerState;
import dev.flops.api.Parameters;
import org.junit.jupiter.api.Test;

/** On f(θ) = ½ Σ c_i θ_i² every trajectory is a linear recursion, which the test iterates in double by its matrix. */
final class SgdOptimizerTest {
    private static final float[] CURVATURE = {1f, 0.25f, 3f};
    private static final float[] START = {2f, -1f, 0.5f};

    @Test
    void withoutMomentumEveryStepMultipliesByOneMinusRateTimesCurvature() {
        double decay = 0.125;
        Parameters parameters = run(new SgdOptimizer(new SgdOptimizer.Config(0, decay)), 0.125, 12);
        for (int i = 0; i < START.length; i++) {
            double expected = START[i] * StrictMath.pow(1 - 0.125 * (CURVATURE[i] + decay), 12);
            assertThat((double) parameters.values()[i]).isCloseTo(expected, within(2e-6 * Math.abs(START[i])));
        }
    }

    @Test
    void momentumFollowsTheSecondOrderRecursion() {
        double mu = 0.75;
        double eta = 0.125;
        double decay = 0.0625;
        Parameters parameters = run(new SgdOptimizer(new SgdOptimizer.Config(mu, decay)), eta, 12);
        for (int i = 0; i < START.length; i++) {
            // θ_{t+1} = (1 + μ − η (c + λ)) θ_t − μ θ_{t−1}, since m_t = (θ_{t−1} − θ_t) / η at constant η.
            double before = START[i];
            double now = START[i] * (1 - eta * (CURVATURE[i] + decay));
            for (int t = 1; t < 12; t++) {
                double next = (1 + mu - eta * (CURVATURE[i] + decay)) * now - mu * before;
                before = now;
                now = next;
            }
            assertThat((double) parameters.values()[i]).isCloseTo(now, within(5e-6 * Math.abs(START[i])));
        }
    }

    @Test
    void aChangeOfTheRateActsAtOnce() {
        SgdOptimizer sgd = new SgdOptimizer(new SgdOptimizer.Config(0.5, 0));
        Parameters parameters = Parameters.ofVector(0f);
        OptimizerState state = sgd.initialState(1);
        sgd.stepInPlace(parameters, new float[] {1f}, 1.0, state);
        sgd.stepInPlace(parameters, new float[] {0f}, 0.25, state);
        assertThat(parameters.values()).containsExactly(-1.125f);
        assertThat(state.step()).isEqualTo(2);
        assertThat(state.slot(0)).containsExactly(0.5f);
    }

    @Test
    void frozenParametersAndTheirSlotsStayBitForBit() {
        for (double momentum : new double[] {0, 0.9}) {
            FrozenEntry.check(new SgdOptimizer(new SgdOptimizer.Config(momentum, 0.1)));
        }
    }

    @Test
    void refusesBadArguments() {
        BadArguments.check(new SgdOptimizer(new SgdOptimizer.Config(0.9, 0)), 1);
        BadArguments.check(new SgdOptimizer(new SgdOptimizer.Config(0, 0)), 0);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SgdOptimizer.Config(1, 0))
                .withMessage("momentum = 1.0, expected 0 <= momentum < 1");
        assertThatIllegalArgumentException().isThrownBy(() -> new SgdOptimizer.Config(Double.NaN, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SgdOptimizer.Config(0, -1))
                .withMessage("weightDecay = -1.0, expected >= 0 and finite");
    }

    @Test
    void isNamedForReports() {
        assertThat(new SgdOptimizer(new SgdOptimizer.Config(0, 0)).name()).isEqualTo("sgd");
        assertThat(new SgdOptimizer(new SgdOptimizer.Config(0.9, 0)).name()).isEqualTo("sgd-momentum");
    }

    private static Parameters run(SgdOptimizer sgd, double rate, int steps) {
        Parameters parameters = Parameters.ofVector(START);
        OptimizerState state = sgd.initialState(START.length);
        float[] gradient = new float[START.length];
        for (int t = 0; t < steps; t++) {
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] = CURVATURE[i] * parameters.values()[i];
            }
            sgd.stepInPlace(parameters, gradient, rate, state);
        }
        return parameters;
    }
}
