package dev.flops.bench.report.html;

import java.util.List;

/**
 * Lines over a common axis.
 *
 * @param title what is shown
 * @param xLabel quantity and unit of the horizontal axis
 * @param yLabel quantity and unit of the vertical axis
 * @param series the lines, at least one
 */
public record Chart(String title, String xLabel, String yLabel, List<Series> series) {
    /** Checks that there is something to draw. */
    public Chart {
        if (series.isEmpty()) {
            throw new IllegalArgumentException("series is empty, expected at least one line in " + title);
        }
        series = List.copyOf(series);
    }
}
