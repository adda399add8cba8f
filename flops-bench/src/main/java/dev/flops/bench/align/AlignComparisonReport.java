package dev.flops.bench.align;

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

/** {@code report.html} of a comparison of methods: tables, and scores against queries. */
public final class AlignComparisonReport {
    private AlignComparisonReport() {}

    /**
     * The report of a comparison.
     *
     * @param comparison what came of it
     * @param command the command that made it
     * @return the report
     */
    public static HtmlReport of(AlignComparison comparison, String command) {
        long seeds = comparison.runs().stream()
                .map(AlignComparison.Run::seed)
                .distinct()
                .count();
        String text = String.format(
                Locale.ROOT,
                "%d seeds; a run may spend %,d queries, each a forward of one picture's features. %d %s emoji judge. Intervals: %.0f %%,"
                        + " Student. Curves: means over the seeds, least and largest.",
                seeds,
                comparison.budget(),
                comparison.heldOut(),
                comparison.validation() ? "validation" : "held-out",
                100 * comparison.confidence());
        return new HtmlReport(
                "Alignment, methods compared: " + comparison.task(),
                text,
                List.of(scores(comparison), both(comparison), settings(comparison)),
                List.of(
                        chart(
                                comparison,
                                "Own text among the ten nearest against queries",
                                "share",
                                AlignPoint::imageToText10),
                        chart(
                                comparison,
                                "Loss of the batches against queries (a smaller batch loses less)",
                                "loss, nats",
                                AlignPoint::meanLoss)),
                command);
    }

    /**
     * Picture to text in the learned style, one row for each method.
     *
     * @param comparison what came of it
     * @return the table
     */
    public static Table scores(AlignComparison comparison) {
        String first = comparison.arms().getFirst().arm();
        List<List<String>> rows = new ArrayList<>();
        for (AlignComparison.ArmSummary arm : comparison.arms()) {
            rows.add(List.of(
                    arm.arm(),
                    String.format(Locale.ROOT, "%,.0f", arm.queries()),
                    arm.google().imageToText1().value().percent(),
                    difference(arm.google().imageToText1()),
                    arm.google().imageToText10().value().percent(),
                    difference(arm.google().imageToText10()),
                    number(arm.coefficientOfVariation()),
                    number(arm.varianceRatioToEqual())));
        }
        return new Table(
                "Picture to text, learned style (Google), %",
                List.of(
                        "method",
                        "queries",
                        "R@1",
                        "difference to " + first,
                        "R@10",
                        "difference to " + first,
                        "CV of the emoji",
                        "variance, equal shares = 1"),
                rows);
    }

    private static Table both(AlignComparison comparison) {
        List<List<String>> rows = new ArrayList<>();
        for (AlignComparison.ArmSummary arm : comparison.arms()) {
            rows.add(List.of(
                    arm.arm(),
                    arm.google().textToImage1().value().percent(),
                    arm.google().textToImage10().value().percent(),
                    arm.google().categoryAccuracy().value().percent(),
                    arm.twitter().imageToText1().value().percent(),
                    arm.twitter().imageToText10().value().percent()));
        }
        return new Table(
                "The other direction, categories, the other style, %",
                List.of("method", "text → picture R@1", "R@10", "category", "Twitter, picture → text R@1", "R@10"),
                rows);
    }

    private static Table settings(AlignComparison comparison) {
        return new Table(
                "Settings",
                List.of("method", "settings"),
                comparison.arms().stream()
                        .map(arm -> List.of(arm.arm(), arm.settings()))
                        .toList());
    }

    private static String difference(AlignComparison.Score score) {
        Interval difference = score.differenceToFirst();
        return difference == null ? "" : difference.percent();
    }

    private static String number(@Nullable Double value) {
        return value == null ? "" : String.format(Locale.ROOT, "%.2f", value);
    }

    private static Chart chart(
            AlignComparison comparison, String title, String label, Function<AlignPoint, @Nullable Double> value) {
        List<Series> curves = comparison.arms().stream()
                .map(arm -> Series.ofRuns(
                        arm.arm(),
                        comparison.runs().stream()
                                .filter(run -> run.arm().equals(arm.arm()))
                                .map(AlignComparison.Run::curve)
                                .toList(),
                        point -> (double) point.queries(),
                        value))
                .toList();
        return new Chart(title, "queries", label, curves);
    }
}
