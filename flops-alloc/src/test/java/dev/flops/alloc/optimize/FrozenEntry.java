package dev.flops.alloc.optimize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flops.api.Optimizer;
import dev.flops.api.OptimizerState;
import dev.flops.api.Parameters;

/** Steps an optimiser on parameters of which the middle entry is frozen, with NaN as its gradient. */
final class FrozenEntry {
    private FrozenEntry() {}

    static void check(Optimizer optimizer) {
        Parameters.Builder builder = Parameters.builder();
        builder.add("a", 2);
        builder.add("b", 3);
        builder.add("c", 1);
        Parameters all = builder.build();
        float[] start = {1f, 2f, Float.intBitsToFloat(0x7FC01234), -0f, Float.MIN_VALUE, 3f};
        System.arraycopy(start, 0, all.values(), 0, start.length);
        Parameters parameters = all.select(name -> !name.equals("b"));
        OptimizerState state = optimizer.initialState(start.length);
        float[] gradient = {1f, 1f, Float.NaN, Float.NaN, Float.NaN, 1f};
        for (int t = 0; t < 3; t++) {
            optimizer.stepInPlace(parameters, gradient, 0.1, state);
        }
        for (int i = 0; i < start.length; i++) {
            boolean frozen = i >= 2 && i < 5;
            boolean same = Float.floatToRawIntBits(parameters.values()[i]) == Float.floatToRawIntBits(start[i]);
            assertThat(same).as("value %d unchanged", i).isEqualTo(frozen);
            for (int slot = 0; slot < state.slotCount(); slot++) {
                boolean untouched = Float.floatToRawIntBits(state.slot(slot)[i]) == 0;
                assertThat(untouched).as("slot %d of value %d zero", slot, i).isEqualTo(frozen);
            }
        }
    }
}
