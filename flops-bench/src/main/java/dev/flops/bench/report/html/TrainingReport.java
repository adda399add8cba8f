package dev.flops.bench.report.html;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import dev.flops.bench.report.Json;
import dev.flops.bench.report.MetricsLine;
import dev.flops.bench.report.RunDirectory;
import dev.flops.bench.report.Summary;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** {@code report.html} of one training, from its {@code metrics.jsonl} and summary. */
public final class TrainingReport {
    private static final double MILLION = 1e6;

    private final Summary summary;
    private final List<MetricsLine> lines;

    private TrainingReport(Summary summary, List<MetricsLine> lines) {
        this.summary = summary;
        this.lines = lines;
    }

    /**
     * Writes the report of a run that has ended.
     *
     * @param run the folder of the run, with its metrics
     * @param summary its summary
     * @throws IOException if the metrics cannot be read or the report cannot be written
     */
    public static void write(RunDirectory run, Summary summary) throws IOException {
        List<MetricsLine> lines = Json.lines(run.metrics(), MetricsLine.class);
        new TrainingReport(summary, lines).report().write(run.report());
    }

    private HtmlReport report() {
        String title = summary.task() + ", " + summary.allocator() + ", seed " + summary.seed();
        String text = String.format(
                Locale.ROOT,
                "%.2f %% of %,d test images after %,d queries (%,d of them clean) in %.0f s: forward passes alone.",
                100 * summary.testAccuracy(),
                summary.testExamples(),
                summary.queries(),
                summary.cleanQueries(),
                summary.seconds());
        return new HtmlReport(title, text, List.of(table()), charts(), "./flops train --seed " + summary.seed());
    }

    private Table table() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("estimator", summary.estimator()));
        Object rule = summary.configuration().get("budgetRule");
        rows.add(List.of(
                "steps",
                rule == null
                        ? format("%,d of %,d queries", summary.steps(), summary.budget())
                        : format("%,d, each with the queries that the rule %s chose", summary.steps(), rule)));
        rows.add(List.of(
                "parameters", format("%,d, of which %,d learn", summary.parameters(), summary.trainableParameters())));
        rows.add(List.of("computed", format("%.3g floating-point operations", (double) summary.flops())));
        rows.add(List.of("buffers at most", format("%.1f MB", summary.peakBytes() / MILLION)));
        rows.add(List.of(
                "variance",
                format(
                        "%.3f of that of equal allocation (optimum %.3f, CV %.2f)",
                        summary.allocation().varianceRatioToEqual(),
                        summary.allocation().optimalRatioToEqual(),
                        summary.allocation().cv())));
        rows.add(List.of("kernels", summary.simd() + ", " + summary.threads() + " threads"));
        rows.add(List.of("SHA-256 of the parameters", summary.parametersSha256()));
        return new Table("Run", List.of("what", "value"), rows);
    }

    private List<Chart> charts() {
        if (lines.isEmpty()) {
            return List.of();
        }
        List<Chart> charts = new ArrayList<>();
        Function<MetricsLine, Double> queries = line -> line.queries() / MILLION;
        Function<MetricsLine, Double> steps = line -> (double) line.step();
        charts.add(new Chart(
                "Accuracy on held-out examples",
                "queries, millions",
                "accuracy",
                List.of(series(measured(), "accuracy", queries, MetricsLine::probeAccuracy))));
        charts.add(new Chart(
                "Loss of the batches",
                "queries, millions",
                "cross-entropy, nats",
                List.of(series(lines, "smoothed", queries, MetricsLine::smoothedLoss))));
        charts.add(new Chart(
                "Accuracy on held-out examples, by time",
                "seconds",
                "accuracy",
                List.of(series(measured(), "accuracy", MetricsLine::seconds, MetricsLine::probeAccuracy))));
        charts.add(new Chart(
                "Variance of the gradient against equal allocation",
                "step",
                "ratio, estimated",
                List.of(
                        series(
                                lines,
                                "this allocation",
                                steps,
                                line -> line.allocation().varianceRatioToEqual()),
                        series(lines, "best possible", steps, TrainingReport::optimum))));
        charts.add(new Chart(
                "How unequal the examples are",
                "step",
                "coefficient of variation",
                List.of(series(lines, "CV", steps, line -> line.allocation().cv()))));
        charts.add(new Chart(
                "Samples of an example",
                "step",
                "samples",
                List.of(
                        series(lines, "most", steps, line ->
                                (double) line.allocation().most()),
                        series(lines, "least", steps, line ->
                                (double) line.allocation().least()))));
        Set<String> learned = new TreeSet<>();
        lines.forEach(line -> learned.addAll(line.allocation().phi().keySet()));
        if (!learned.isEmpty()) {
            charts.add(new Chart(
                    "What the allocator learned",
                    "step",
                    "parameter",
                    learned.stream()
                            .map(name -> series(
                                    lines,
                                    name,
                                    steps,
                                    line -> line.allocation().phi().get(name)))
                            .toList()));
        }
        return charts;
    }

    /** The lines that bring a new measurement of the accuracy; the others repeat the last one. */
    private List<MetricsLine> measured() {
        List<MetricsLine> measured = new ArrayList<>();
        @Nullable Double last = null;
        for (MetricsLine line : lines) {
            if (!Objects.equals(line.probeAccuracy(), last)) {
                measured.add(line);
            }
            last = line.probeAccuracy();
        }
        return measured;
    }

    private static @Nullable Double optimum(MetricsLine line) {
        double toOptimum = line.allocation().varianceRatioToOptimum();
        return toOptimum == 0 ? null : (Double) (line.allocation().varianceRatioToEqual() / toOptimum);
    }

    private static Series series(
            List<MetricsLine> lines,
            String name,
            Function<MetricsLine, Double> x,
            Function<MetricsLine, @Nullable Double> y) {
        List<@Nullable Double> values = new ArrayList<>();
        List<Double> positions = new ArrayList<>();
        for (MetricsLine line : lines) {
            positions.add(x.apply(line));
            values.add(y.apply(line));
        }
        return Series.of(name, positions, values);
    }

    @FormatMethod
    private static String format(@FormatString String pattern, @Nullable Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
