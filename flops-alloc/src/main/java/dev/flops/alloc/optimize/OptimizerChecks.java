package dev.flops.alloc.optimize;

import dev.flops.api.OptimizerState;
import dev.flops.api.Parameters;

/** Argument checks that the optimisers and schedules share. */
final class OptimizerChecks {
    private OptimizerChecks() {}

    static void requirePositive(String name, double value) {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(name + " = " + value + ", expected > 0 and finite");
        }
    }

    static void requireNotNegative(String name, double value) {
        if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(name + " = " + value + ", expected >= 0 and finite");
        }
    }

    static void requireDecay(String name, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException(name + " = " + value + ", expected 0 <= " + name + " < 1");
        }
    }

    static void requireDimension(int dimension) {
        if (dimension < 1) {
            throw new IllegalArgumentException("dimension = " + dimension + ", expected >= 1");
        }
    }

    static void requireStep(int step, int steps) {
        if (steps < 1) {
            throw new IllegalArgumentException("steps = " + steps + ", expected >= 1");
        }
        if (step < 0 || step >= steps) {
            throw new IllegalArgumentException("step = " + step + ", expected 0 <= step < " + steps);
        }
    }

    static void requireStep(
            Parameters parameters, float[] gradient, double learningRate, OptimizerState state, int slots) {
        int dimension = parameters.dimension();
        if (gradient.length != dimension) {
            throw new IllegalArgumentException("gradient.length = " + gradient.length + ", expected " + dimension);
        }
        requirePositive("learningRate", learningRate);
        if (state.slotCount() != slots) {
            throw new IllegalArgumentException("state.slotCount() = " + state.slotCount() + ", expected " + slots);
        }
        for (int i = 0; i < slots; i++) {
            if (state.slot(i).length != dimension) {
                throw new IllegalArgumentException(
                        "state.slot(" + i + ").length = " + state.slot(i).length + ", expected " + dimension);
            }
        }
    }
}
