package dev.flops.bench.compare;

import dev.flops.bench.closeup.CloseUp.Allocated;
import dev.flops.bench.closeup.CloseUp.Cosine;
import dev.flops.bench.compare.ArmResult.Milestone;
import dev.flops.bench.report.html.Chart;
import dev.flops.bench.report.html.HtmlReport;
import dev.flops.bench.report.html.Series;
import dev.flops.bench.report.html.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** {@code report.html} of a comparison. */
public final class ComparisonReport {
    private static final double THOUSAND = 1e3;
    private static final double MILLION = 1e6;
    private static final double TERA = 1e12;

    private final ComparisonResult result;

    private ComparisonReport(ComparisonResult result) {
        this.result = result;
    }

    /**
     * The report of a result.
     *
     * @param result the result
     * @param command the command that made it
     * @return the report
     */
    public static HtmlReport of(ComparisonResult result, String command) {
        return new ComparisonReport(result).report(command);
    }

    private HtmlReport report(String command) {
        long seeds = result.runs().stream().map(ArmRun::seed).distinct().count();
        String text = String.format(
                Locale.ROOT,
                "%d seeds; every run spends at most %,d queries, clean forwards counted; the search for learning rates and perturbation scales spent %,d"
                        + " more. Intervals: %.0f %%, Student.",
                seeds,
                result.queries(),
                result.searchQueries(),
                100 * result.confidence());
        return new HtmlReport(
                "Comparison: " + result.task(), text, List.of(accuracies(), milestones(result)), charts(), command);
    }

    private Table accuracies() {
        List<List<String>> rows = new ArrayList<>();
        for (ArmResult arm : result.arms()) {
            Interval difference = arm.differenceToFirst();
            rows.add(List.of(
                    arm.arm(),
                    String.format(Locale.ROOT, "%.4g", arm.learningRate()),
                    String.format(Locale.ROOT, "%.3g", arm.sigma()),
                    arm.testAccuracy().percent(),
                    difference == null ? "" : difference.percent(),
                    String.format(Locale.ROOT, "%.3g", arm.flops() / TERA),
                    String.format(Locale.ROOT, "%.1f", arm.seconds())));
        }
        return new Table(
                "Test accuracy",
                List.of(
                        "arm",
                        "learning rate",
                        "sigma",
                        "test accuracy, %",
                        "paired difference to " + result.arms().getFirst().arm() + ", points",
                        "TFLOP",
                        "seconds"),
                rows);
    }

    /**
     * What it took to reach fixed accuracies, one row per arm and accuracy.
     *
     * @param result the result
     * @return the table
     */
    public static Table milestones(ComparisonResult result) {
        List<List<String>> rows = new ArrayList<>();
        for (ArmResult arm : result.arms()) {
            for (Milestone milestone : arm.milestones()) {
                rows.add(List.of(
                        arm.arm(),
                        String.format(Locale.ROOT, "%.1f", 100 * milestone.accuracy()),
                        String.valueOf(milestone.seedsReached()),
                        scaled(milestone.queries(), MILLION),
                        scaled(milestone.flops(), TERA),
                        scaled(milestone.seconds(), 1),
                        times(milestone)));
            }
        }
        return new Table(
                "What it took to reach an accuracy on held-out examples (medians; savings paired by seed)",
                List.of(
                        "arm",
                        "accuracy, %",
                        "seeds that got there",
                        "million queries",
                        "TFLOP",
                        "seconds",
                        "times fewer queries than " + result.arms().getFirst().arm()),
                rows);
    }

    private static String times(Milestone milestone) {
        Interval savings = milestone.savings();
        return savings == null
                ? ""
                : String.format(
                        Locale.ROOT,
                        "%s%.2f [%.2f, %.2f]",
                        milestone.savingsAtLeast() ? "at least " : "",
                        savings.mean(),
                        savings.low(),
                        savings.high());
    }

    private static String scaled(@Nullable Double value, double unit) {
        return value == null ? "not reached" : String.format(Locale.ROOT, "%.3g", value / unit);
    }

    private List<Chart> charts() {
        Function<CurvePoint, @Nullable Double> accuracy = CurvePoint::accuracy;
        List<Chart> charts = new ArrayList<>(List.of(
                chart(
                        "Accuracy against queries",
                        "queries, millions",
                        "accuracy",
                        p -> p.queries() / MILLION,
                        accuracy),
                chart("Accuracy against computation", "TFLOP", "accuracy", p -> p.flops() / TERA, accuracy),
                chart("Accuracy against time", "seconds", "accuracy", CurvePoint::seconds, accuracy),
                chart(
                        "Variance against equal allocation",
                        "queries, millions",
                        "ratio, estimated",
                        p -> p.queries() / MILLION,
                        CurvePoint::varianceRatioToEqual),
                chart(
                        "How unequal the examples are",
                        "queries, millions",
                        "coefficient of variation",
                        p -> p.queries() / MILLION,
                        CurvePoint::cv),
                chart(
                        "Samples of a step",
                        "queries, millions",
                        "samples over all examples",
                        p -> p.queries() / MILLION,
                        p -> (double) p.samples())));
        if (!result.closeUps().isEmpty()) {
            charts.add(allocations());
            charts.add(cosines());
        }
        charts.addAll(paths());
        return charts;
    }

    private Chart allocations() {
        return new Chart(
                "Allocation against difficulty, at the end of the first run, one batch",
                "clean loss of the example, nats",
                "samples",
                result.closeUps().stream()
                        .map(arm -> Series.of(
                                arm.arm(),
                                positions(arm.closeUp().allocations(), Allocated::loss),
                                values(arm.closeUp().allocations(), Allocated::samples)))
                        .toList());
    }

    private Chart cosines() {
        return new Chart(
                "Cosine with the true gradient against the budget, at the end of the first run",
                "thousand queries of an estimate",
                "mean cosine",
                result.closeUps().stream()
                        .map(arm -> Series.of(
                                arm.arm(),
                                positions(arm.closeUp().cosines(), cosine -> cosine.queries() / THOUSAND),
                                values(arm.closeUp().cosines(), Cosine::cosine)))
                        .toList());
    }

    /** A chart per learned parameter, with a line for each arm that learns it. */
    private List<Chart> paths() {
        Map<String, Set<String>> learners = new LinkedHashMap<>();
        for (ArmRun run : result.runs()) {
            for (CurvePoint point : run.curve()) {
                for (String name : point.phi().keySet()) {
                    learners.computeIfAbsent(name, _ -> new LinkedHashSet<>()).add(run.arm());
                }
            }
        }
        List<Chart> charts = new ArrayList<>();
        learners.forEach((name, arms) -> charts.add(new Chart(
                "What the allocators learned: " + name,
                "queries, millions",
                name,
                arms.stream()
                        .map(arm -> mean(
                                arm, p -> p.queries() / MILLION, p -> p.phi().get(name)))
                        .toList())));
        return charts;
    }

    private static <T> List<Double> positions(List<T> rows, ToDoubleFunction<T> value) {
        return rows.stream().map(row -> (Double) value.applyAsDouble(row)).toList();
    }

    private static <T> List<@Nullable Double> values(List<T> rows, ToDoubleFunction<T> value) {
        List<@Nullable Double> values = new ArrayList<>();
        rows.forEach(row -> values.add(value.applyAsDouble(row)));
        return values;
    }

    private Chart chart(
            String title,
            String xLabel,
            String yLabel,
            Function<CurvePoint, Double> x,
            Function<CurvePoint, @Nullable Double> y) {
        return new Chart(
                title,
                xLabel,
                yLabel,
                result.arms().stream().map(arm -> mean(arm.arm(), x, y)).toList());
    }

    private Series mean(String arm, Function<CurvePoint, Double> x, Function<CurvePoint, @Nullable Double> y) {
        return Series.ofRuns(
                arm,
                result.runs().stream()
                        .filter(run -> run.arm().equals(arm))
                        .map(ArmRun::curve)
                        .toList(),
                x,
                y);
    }
}
