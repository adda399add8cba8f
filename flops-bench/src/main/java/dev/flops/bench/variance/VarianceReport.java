package dev.flops.bench.variance;

import dev.flops.bench.compare.Interval;
import dev.flops.bench.report.html.Chart;
import dev.flops.bench.report.html.HtmlReport;
import dev.flops.bench.report.html.Series;
import dev.flops.bench.report.html.Table;
import dev.flops.bench.variance.VarianceResult.Allocated;
import dev.flops.bench.variance.VarianceResult.Arm;
import dev.flops.bench.variance.VarianceResult.Cosine;
import dev.flops.bench.variance.VarianceResult.Share;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/** {@code report.html} of the variance experiment. */
public final class VarianceReport {
    private final VarianceResult result;

    private VarianceReport(VarianceResult result) {
        this.result = result;
    }

    /**
     * The report of a result.
     *
     * @param result the result
     * @param command the command that made it
     * @return the report
     */
    public static HtmlReport of(VarianceResult result, String command) {
        return new VarianceReport(result).report(command);
    }

    private HtmlReport report(String command) {
        String text = String.format(
                Locale.ROOT,
                "%d samples per example on average, %d batches of %d estimates each. Intervals over batches: %.0f %%, Student.",
                result.samplesPerExample(),
                result.batches(),
                result.repeats(),
                100 * result.confidence());
        List<Chart> charts = new ArrayList<>();
        charts.add(overTraining("Variance against equal allocation", "ratio, measured", Arm::varianceRatio));
        charts.add(overTraining("Cosine with the true gradient", "mean cosine", Arm::cosine));
        for (Share share : result.shares()) {
            if (!share.cosines().isEmpty()) {
                charts.add(cosines(share));
            }
        }
        charts.add(allocations(result.shares().getLast()));
        return new HtmlReport(
                "Variance of gradient estimates: " + result.task(), text, List.of(table(result)), charts, command);
    }

    /**
     * What was found, one row per share and allocator.
     *
     * @param result the result
     * @return the table
     */
    public static Table table(VarianceResult result) {
        List<List<String>> rows = new ArrayList<>();
        for (Share share : result.shares()) {
            for (Arm arm : share.arms()) {
                rows.add(List.of(
                        share.percent() + " %",
                        String.format(Locale.ROOT, "%.1f %%", 100 * share.testAccuracy()),
                        two(share.cv()),
                        two(share.continuousOptimum()),
                        arm.allocator(),
                        interval(arm.varianceRatio()),
                        interval(arm.errorRatio()),
                        two(arm.predictedRatio()),
                        interval(arm.relativeBias())));
            }
        }
        return new Table(
                "Equal queries: tr Cov of the estimate over that of equal allocation",
                List.of(
                        "training",
                        "test accuracy",
                        "CV",
                        "1/(1 + CV²)",
                        "allocator",
                        "variance, measured",
                        "error, measured",
                        "variance, predicted",
                        "squared bias / squared norm"),
                rows);
    }

    private Chart overTraining(String title, String label, Function<Arm, Interval> value) {
        List<Series> series = new ArrayList<>();
        for (String arm : armNames()) {
            List<Interval> found = result.shares().stream()
                    .map(share -> value.apply(arm(share, arm)))
                    .toList();
            series.add(series(
                    arm,
                    result.shares().stream()
                            .map(share -> (double) share.percent())
                            .toList(),
                    found));
        }
        return new Chart(title, "share of the training, %", label, series);
    }

    private List<String> armNames() {
        return result.shares().getFirst().arms().stream().map(Arm::allocator).toList();
    }

    private static Arm arm(Share share, String name) {
        return share.arms().stream()
                .filter(arm -> arm.allocator().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private Chart cosines(Share share) {
        List<Series> series = new ArrayList<>();
        for (String name :
                share.cosines().stream().map(Cosine::allocator).distinct().toList()) {
            List<Cosine> found = share.cosines().stream()
                    .filter(cosine -> cosine.allocator().equals(name))
                    .toList();
            series.add(series(
                    name,
                    found.stream().map(cosine -> cosine.queries() * 1e-3).toList(),
                    found.stream().map(Cosine::cosine).toList()));
        }
        return new Chart(
                "Cosine with the true gradient against the budget, after " + share.percent() + " %",
                "thousand queries",
                "mean cosine",
                series);
    }

    private Chart allocations(Share share) {
        List<Double> losses = share.allocations().stream().map(Allocated::loss).toList();
        List<Series> series = new ArrayList<>();
        for (String arm : armNames()) {
            series.add(Series.of(
                    arm,
                    losses,
                    share.allocations().stream()
                            .map(row -> Objects.requireNonNull(row.samples().get(arm)))
                            .collect(Collectors.toList())));
        }
        return new Chart(
                "Allocation against difficulty, after " + share.percent() + " %, one batch",
                "clean loss of the example, nats",
                "samples",
                series);
    }

    private static Series series(String name, List<Double> x, List<Interval> values) {
        return new Series(
                name,
                x,
                values.stream().map(Interval::mean).collect(Collectors.toList()),
                values.stream().map(Interval::low).collect(Collectors.toList()),
                values.stream().map(Interval::high).collect(Collectors.toList()));
    }

    private static String two(Interval interval) {
        return String.format(Locale.ROOT, "%.2f", interval.mean());
    }

    private static String interval(Interval interval) {
        return String.format(Locale.ROOT, "%.3f [%.3f, %.3f]", interval.mean(), interval.low(), interval.high());
    }
}
