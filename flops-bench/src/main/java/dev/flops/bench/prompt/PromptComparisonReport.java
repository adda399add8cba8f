package dev.flops.bench.prompt;

import dev.flops.bench.compare.Interval;
import dev.flops.bench.report.html.Chart;
import dev.flops.bench.report.html.HtmlReport;
import dev.flops.bench.report.html.Series;
import dev.flops.bench.report.html.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** {@code report.html} of a comparison of methods: a table, and accuracy against queries. */
public final class PromptComparisonReport {
    private PromptComparisonReport() {}

    /**
     * The report of a comparison.
     *
     * @param comparison what came of it
     * @param command the command that made it
     * @return the report
     */
    public static HtmlReport of(PromptComparison comparison, String command) {
        long seeds = comparison.runs().stream()
                .map(PromptComparison.Run::seed)
                .distinct()
                .count();
        String text = String.format(
                Locale.ROOT,
                "%d seeds; a run may spend %,d queries of a frozen model. Intervals: %.0f %%, Student. Curves: means over the seeds, least and"
                        + " largest, on the validation digits.",
                seeds,
                comparison.budget(),
                100 * comparison.confidence());
        return new HtmlReport(
                "Prompts, methods compared: " + comparison.task() + ", " + comparison.prompt(),
                text,
                List.of(accuracies(comparison), allocations(comparison), settings(comparison)),
                List.of(
                        chart(comparison, "Accuracy against queries", "accuracy", PromptPoint::validationAccuracy),
                        chart(comparison, "Loss against queries", "loss, nats", PromptPoint::validationLoss)),
                command);
    }

    private static Chart chart(
            PromptComparison comparison, String title, String label, Function<PromptPoint, @Nullable Double> value) {
        return new Chart(
                title,
                "queries",
                label,
                comparison.arms().stream()
                        .map(arm -> curve(comparison, arm.arm(), value))
                        .toList());
    }

    /**
     * What allocation could do and did, one row for each method that allocates, and the losses of all.
     *
     * @param comparison what came of it
     * @return the table
     */
    public static Table allocations(PromptComparison comparison) {
        List<List<String>> rows = new ArrayList<>();
        for (PromptComparison.ArmSummary arm : comparison.arms()) {
            Interval difference = arm.lossDifferenceToFirst();
            rows.add(List.of(
                    arm.arm(),
                    arm.testLoss().text(4),
                    difference == null ? "" : difference.text(4),
                    text(arm.coefficientOfVariation()),
                    text(arm.varianceRatioToEqual()),
                    text(arm.noiseShare())));
        }
        return new Table(
                "Loss on the test digits, and what allocation is worth",
                List.of(
                        "method",
                        "test loss, nats",
                        "difference to " + comparison.arms().getFirst().arm(),
                        "CV of the digits",
                        "variance, equal shares = 1",
                        "share of the noise in the variance"),
                rows);
    }

    private static String text(@Nullable Double value) {
        return value == null ? "" : String.format(Locale.ROOT, "%.2f", value);
    }

    /**
     * One row without a prompt, one for each method.
     *
     * @param comparison what came of it
     * @return the table
     */
    public static Table accuracies(PromptComparison comparison) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                "no prompt", "0", String.format(Locale.ROOT, "%.2f", 100 * comparison.zeroShotAccuracy()), "", ""));
        for (PromptComparison.ArmSummary arm : comparison.arms()) {
            rows.add(List.of(
                    arm.arm(),
                    String.format(Locale.ROOT, "%,.0f", arm.queries()),
                    arm.testAccuracy().percent(),
                    arm.differenceToFirst() == null
                            ? ""
                            : arm.differenceToFirst().percent(),
                    String.format(Locale.ROOT, "%.2f", 100 * arm.validationAccuracy())));
        }
        return new Table(
                String.format(Locale.ROOT, "Accuracy on %,d test digits", comparison.testExamples()),
                List.of(
                        "method",
                        "queries",
                        "test accuracy, %",
                        "difference to " + comparison.arms().getFirst().arm() + ", points",
                        "validation, %"),
                rows);
    }

    private static Table settings(PromptComparison comparison) {
        return new Table(
                "Settings",
                List.of("method", "settings"),
                comparison.arms().stream()
                        .map(arm -> List.of(arm.arm(), arm.settings()))
                        .toList());
    }

    private static Series curve(
            PromptComparison comparison, String arm, Function<PromptPoint, @Nullable Double> value) {
        return Series.ofRuns(
                arm,
                comparison.runs().stream()
                        .filter(run -> run.arm().equals(arm))
                        .map(PromptComparison.Run::curve)
                        .toList(),
                point -> (double) point.queries(),
                value);
    }
}
