package dev.flops.bench.report.html;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A line of a chart.
 *
 * @param name what it shows
 * @param x positions, ascending
 * @param y values, as many; null where there is none
 * @param low lower ends of an interval around each value, as many, or empty for none
 * @param high upper ends
 */
public record Series(
        String name,
        List<Double> x,
        List<@Nullable Double> y,
        List<@Nullable Double> low,
        List<@Nullable Double> high) {

    /** Checks the lengths. */
    public Series {
        requireLength("y", y, x.size());
        if (!low.isEmpty() || !high.isEmpty()) {
            requireLength("low", low, x.size());
            requireLength("high", high, x.size());
        }
        for (int i = 1; i < x.size(); i++) {
            if (!(x.get(i) >= x.get(i - 1))) {
                throw new IllegalArgumentException(
                        "x[" + i + "] = " + x.get(i) + " of " + name + ", expected >= " + x.get(i - 1));
            }
        }
    }

    /**
     * A line without intervals.
     *
     * @param name what it shows
     * @param x positions, ascending
     * @param y values, as many
     * @return the line
     */
    public static Series of(String name, List<Double> x, List<@Nullable Double> y) {
        return new Series(name, x, y, List.of(), List.of());
    }

    private static void requireLength(String name, List<?> values, int length) {
        if (values.size() != length) {
            throw new IllegalArgumentException(name + " has " + values.size() + " values, expected " + length);
        }
    }
}
