package dev.flops.bench.cli;

import dev.flops.bench.measure.CostMeasurement;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** What gradients cost, for people. */
final class CostText {
    private static final double MILLION = 1e6;

    private CostText() {}

    static void print(List<CostMeasurement> rows, PrintWriter out) {
        TextTable table = new TextTable(
                "method",
                "allocator",
                "samples",
                "queries",
                "MFLOP",
                "ms",
                "us/query",
                "peak MB",
                "allocator, % of FLOP",
                "% of time");
        for (CostMeasurement row : rows) {
            table.row(
                    row.method(),
                    row.allocator(),
                    Integer.toString(row.samplesPerExample()),
                    Long.toString(row.queries()),
                    String.format(Locale.ROOT, "%.0f", row.flops() / MILLION),
                    String.format(Locale.ROOT, "%.2f", row.seconds() * 1e3),
                    String.format(Locale.ROOT, "%.2f", row.seconds() * MILLION / row.queries()),
                    String.format(Locale.ROOT, "%.2f", row.peakBytes() / MILLION),
                    String.format(Locale.ROOT, "%.2f", 100.0 * row.allocatorFlops() / row.flops()),
                    String.format(Locale.ROOT, "%.2f", 100 * row.allocatorSeconds() / row.seconds()));
        }
        table.print(out);
    }
}
