package dev.flops.bench.task;

/**
 * How often a task measures and logs; changes no result.
 *
 * @param metricsEvery steps from one line of metrics to the next, at least 1
 * @param probeEvery steps from one measurement of the probe's accuracy to the next, at least 1
 */
public record ReportConfig(int metricsEvery, int probeEvery) {
    /** Checks the ranges. */
    public ReportConfig {
        requireAtLeast("metricsEvery", metricsEvery);
        requireAtLeast("probeEvery", probeEvery);
    }

    private static void requireAtLeast(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " = " + value + ", expected >= 1");
        }
    }
}
