package dev.flops.bench.blackbox;

import dev.flops.api.Objective;

/** Checks at the edge of an adapter. */
final class QueryChecks {
    private QueryChecks() {}

    static void requireAtLeastOne(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " = " + value + ", expected >= 1");
        }
    }

    static void requireQueries(Objective objective, float[] points, int[] examples, float[] losses) {
        requireLength("examples", examples.length, losses.length);
        requireLength("points", points.length, Math.multiplyExact(losses.length, objective.dimension()));
        for (int q = 0; q < examples.length; q++) {
            if (examples[q] < 0 || examples[q] >= objective.examples()) {
                throw new IllegalArgumentException(
                        "examples[" + q + "] = " + examples[q] + ", expected 0 <= example < " + objective.examples());
            }
        }
    }

    static void requireLength(String name, long found, long expected) {
        if (found != expected) {
            throw new IllegalArgumentException(name + ".length = " + found + ", expected " + expected);
        }
    }
}
