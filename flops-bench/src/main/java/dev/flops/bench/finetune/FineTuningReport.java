package dev.flops.bench.finetune;

import dev.flops.bench.compare.Interval;
import dev.flops.bench.report.html.HtmlReport;
import dev.flops.bench.report.html.Table;
import java.util.List;
import java.util.Locale;

/** {@code report.html} of a fine-tuning side by side. */
public final class FineTuningReport {
    private FineTuningReport() {}

    /**
     * The report of a result.
     *
     * @param result the result
     * @param command the command that made it
     * @return the report
     */
    public static HtmlReport of(FineTuningResult result, String command) {
        String text = String.format(
                Locale.ROOT,
                "Each method chose its learning rate for each part on held-out training examples. Intervals: %.0f %%, Student."
                        + " The head by backpropagation is a linear probe.",
                100 * result.confidence());
        return new HtmlReport("Fine-tuning: " + result.task(), text, List.of(table(result)), List.of(), command);
    }

    /**
     * One row for each method and part.
     *
     * @param result the result
     * @return the table
     */
    public static Table table(FineTuningResult result) {
        return new Table(
                "Test accuracy, side by side",
                List.of(
                        "method",
                        "part",
                        "trained",
                        "rate",
                        "test accuracy, %",
                        "share of backpropagation, %",
                        "forward passes",
                        "seconds"),
                result.rows().stream().map(FineTuningReport::cells).toList());
    }

    private static List<String> cells(FineTuningRow row) {
        Interval accuracy = row.testAccuracy();
        Double rate = row.learningRate();
        Double share = row.share();
        return List.of(
                row.method(),
                row.part(),
                String.format(Locale.ROOT, "%,d", row.trained()),
                rate == null ? "" : String.format(Locale.ROOT, "%.4g", rate),
                String.format(
                        Locale.ROOT,
                        "%.2f [%.2f, %.2f]",
                        100 * accuracy.mean(),
                        100 * accuracy.low(),
                        100 * accuracy.high()),
                share == null ? "" : String.format(Locale.ROOT, "%.1f", 100 * share),
                String.format(Locale.ROOT, "%,d", row.queries()),
                String.format(Locale.ROOT, "%.1f", row.seconds()));
    }
}
