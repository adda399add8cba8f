package dev.flops.alloc.optimize;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.flops.api.Optimizer;
import dev.flops.api.OptimizerState;
import dev.flops.api.Parameters;

/** Calls an optimiser with what it must refuse. */
final class BadArguments {
    private BadArguments() {}

    static void check(Optimizer optimizer, int slots) {
        Parameters parameters = Parameters.ofVector(1f, 2f);
        OptimizerState state = optimizer.initialState(2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> optimizer.initialState(0))
                .withMessage("dimension = 0, expected >= 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> optimizer.stepInPlace(parameters, new float[3], 0.1, state))
                .withMessage("gradient.length = 3, expected 2");
        for (double rate : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> optimizer.stepInPlace(parameters, new float[2], rate, state))
                    .withMessage("learningRate = " + rate + ", expected > 0 and finite");
        }
        OptimizerState slotTooMany = new OptimizerState(slots + 1, 2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> optimizer.stepInPlace(parameters, new float[2], 0.1, slotTooMany))
                .withMessage("state.slotCount() = " + (slots + 1) + ", expected " + slots);
        if (slots > 0) {
            OptimizerState longer = optimizer.initialState(3);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> optimizer.stepInPlace(parameters, new float[2], 0.1, longer))
                    .withMessage("state.slot(0).length = 3, expected 2");
        }
    }
}
