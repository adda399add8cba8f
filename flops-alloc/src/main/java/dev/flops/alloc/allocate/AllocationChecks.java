package dev.flops.alloc.allocate;

/** Argument checks that the classes of this package share. */
final class AllocationChecks {
    private AllocationChecks() {}

    static void requireLength(String name, int found, int expected) {
        if (found != expected) {
            throw new IllegalArgumentException(name + ".length = " + found + ", expected " + expected);
        }
    }

    static void requireVariances(String name, double[] values) {
        for (int i = 0; i < values.length; i++) {
            if (!(values[i] >= 0 && values[i] < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(name + "[" + i + "] = " + values[i] + ", expected >= 0 and finite");
            }
        }
    }

    static void requireCosts(double[] costs) {
        if (costs.length == 0) {
            throw new IllegalArgumentException("costs is empty, expected one entry per site");
        }
        for (int j = 0; j < costs.length; j++) {
            if (!(costs[j] > 0 && costs[j] < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("costs[" + j + "] = " + costs[j] + ", expected > 0 and finite");
            }
        }
    }

    static void requireRange(String name, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw new IllegalArgumentException(
                    name + " = " + value + ", expected " + least + " <= " + name + " <= " + most);
        }
    }
}
