package dev.flops.bench.report.html;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
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

    /**
     * The mean of several runs, point by point: mean position, mean value, least and largest value.
     *
     * @param name what it shows
     * @param runs the points of each run; those that not all of them reached are left out
     * @param x position of a point, ascending in each run
     * @param y value of a point, null where there is none
     * @param <P> type of a point
     * @return the line
     */
    public static <P> Series ofRuns(
            String name, List<List<P>> runs, Function<P, Double> x, Function<P, @Nullable Double> y) {
        int points = runs.stream().mapToInt(List::size).min().orElse(0);
        List<Double> positions = new ArrayList<>();
        List<@Nullable Double> values = new ArrayList<>();
        List<@Nullable Double> low = new ArrayList<>();
        List<@Nullable Double> high = new ArrayList<>();
        for (int point = 0; point < points; point++) {
            double position = 0;
            List<Double> found = new ArrayList<>();
            for (List<P> run : runs) {
                position += x.apply(run.get(point)) / runs.size();
                Double value = y.apply(run.get(point));
                if (value != null) {
                    found.add(value);
                }
            }
            positions.add(position);
            boolean any = !found.isEmpty();
            values.add(
                    any ? (Double) found.stream().mapToDouble(v -> v).average().orElseThrow() : null);
            low.add(any ? (Double) found.stream().mapToDouble(v -> v).min().orElseThrow() : null);
            high.add(any ? (Double) found.stream().mapToDouble(v -> v).max().orElseThrow() : null);
        }
        return new Series(name, positions, values, low, high);
    }

    private static void requireLength(String name, List<?> values, int length) {
        if (values.size() != length) {
            throw new IllegalArgumentException(name + " has " + values.size() + " values, expected " + length);
        }
    }
}
