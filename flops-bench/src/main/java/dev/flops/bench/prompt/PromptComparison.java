package dev.flops.bench.prompt;

import dev.flops.bench.compare.Interval;
import dev.flops.bench.report.Provenance;
import dev.flops.bench.report.html.HtmlReport;
import dev.flops.bench.report.html.Series;
import dev.flops.bench.report.html.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * {@code results.json}: several methods, the same budget, several seeds. Fields are never renamed or removed.
 *
 * @param task what is adapted to what
 * @param prompt name of the prompt
 * @param queries budget of each run
 * @param confidence of the intervals
 * @param zeroShotAccuracy share of test digits read rightly without a prompt
 * @param methods what each method came to
 * @param runs all runs
 * @param provenance where and with what it ran
 */
public record PromptComparison(
        String task,
        String prompt,
        long queries,
        double confidence,
        double zeroShotAccuracy,
        List<Method> methods,
        List<Run> runs,
        Provenance provenance) {
    private static final double CONFIDENCE = 0.95;

    /**
     * What a method came to over all seeds.
     *
     * @param method its name
     * @param settings its settings
     * @param testAccuracy mean and interval over the seeds
     * @param differenceToFirst test accuracy minus that of the first method, paired by seed; null for the first
     */
    public record Method(
            String method,
            String settings,
            Interval testAccuracy,
            @Nullable Interval differenceToFirst) {}

    /**
     * One run.
     *
     * @param method name of the method
     * @param seed its seed
     * @param queries queries spent
     * @param testAccuracy share of test digits read rightly
     * @param testLoss mean loss on the test digits, in nats
     * @param seconds wall time of tuning and evaluation
     * @param curve how it went
     */
    public record Run(
            String method,
            long seed,
            long queries,
            double testAccuracy,
            double testLoss,
            double seconds,
            List<PromptPoint> curve) {}

    /** Is told of every finished run. */
    @FunctionalInterface
    public interface Listener {
        /**
         * A run has ended.
         *
         * @param run the run
         * @param done runs done
         * @param total runs in all
         * @return false to stop the comparison
         */
        boolean onRun(Run run, int done, int total);
    }

    /**
     * Runs every method with every seed.
     *
     * @param task the task
     * @param methods methods with their settings; their seeds are not used
     * @param seeds at least 2
     * @param listener is told of every run
     * @return what came of it
     */
    public static PromptComparison run(
            PromptTask task, List<PromptConfig> methods, List<Long> seeds, Listener listener) {
        List<Run> runs = new ArrayList<>();
        double zeroShot = Double.NaN;
        for (long seed : seeds) {
            for (PromptConfig method : methods) {
                PromptConfig config =
                        new PromptConfig(method.prompt(), method.method(), method.tuner(), method.queries(), seed);
                PromptResult result = task.run(config, UnaryOperator.identity(), point -> true);
                zeroShot = result.zeroShot().accuracy();
                Run run = new Run(
                        config.method(),
                        seed,
                        result.queries(),
                        result.test().accuracy(),
                        result.test().loss(),
                        result.seconds(),
                        result.curve());
                runs.add(run);
                if (!listener.onRun(run, runs.size(), seeds.size() * methods.size())) {
                    throw new IllegalStateException("stopped after " + runs.size() + " runs");
                }
            }
        }
        List<Method> summaries = methods.stream()
                .map(method -> summary(method, methods.getFirst().method(), runs))
                .toList();
        return new PromptComparison(
                PromptSummary.TASK,
                methods.getFirst().prompt().name(),
                methods.getFirst().queries(),
                CONFIDENCE,
                zeroShot,
                summaries,
                runs,
                Provenance.ofThisProcess());
    }

    private static Method summary(PromptConfig config, String first, List<Run> runs) {
        double[] accuracies = accuracies(config.method(), runs);
        double[] references = accuracies(first, runs);
        double[] differences = new double[accuracies.length];
        for (int i = 0; i < differences.length; i++) {
            differences[i] = accuracies[i] - references[i];
        }
        return new Method(
                config.method(),
                config.tuner().toString(),
                Interval.of(accuracies, CONFIDENCE),
                config.method().equals(first) ? null : Interval.of(differences, CONFIDENCE));
    }

    private static double[] accuracies(String method, List<Run> runs) {
        return runs.stream()
                .filter(run -> run.method().equals(method))
                .mapToDouble(Run::testAccuracy)
                .toArray();
    }

    /**
     * The report of a comparison.
     *
     * @param command the command that made it
     * @return the report
     */
    public HtmlReport report(String command) {
        long seeds = runs.stream().map(Run::seed).distinct().count();
        List<List<String>> rows = methods.stream()
                .map(method -> List.of(
                        method.method(),
                        percent(method.testAccuracy()),
                        method.differenceToFirst() == null ? "" : percent(method.differenceToFirst()),
                        method.settings()))
                .toList();
        String text = String.format(
                Locale.ROOT,
                "%d seeds; every run may spend %,d queries; without a prompt %.2f %% of the test digits are read rightly. Intervals:"
                        + " %.0f %%, Student. Curves: means over the seeds, least and largest.",
                seeds,
                queries,
                100 * zeroShotAccuracy,
                100 * confidence);
        Table table = new Table(
                "Test accuracy",
                List.of(
                        "method",
                        "test accuracy, %",
                        "paired difference to " + methods.getFirst().method() + ", points",
                        "settings"),
                rows);
        return new HtmlReport(
                "Prompts, methods compared: " + task + ", " + prompt,
                text,
                List.of(table),
                List.of(PromptReport.accuracies(
                        methods.stream().map(method -> series(method.method())).toList())),
                command);
    }

    /** Point by point over the seeds: mean position, mean value, least and largest. */
    private Series series(String method) {
        List<Run> of = runs.stream().filter(run -> run.method().equals(method)).toList();
        int points = of.stream().mapToInt(run -> run.curve().size()).min().orElse(0);
        List<Double> positions = new ArrayList<>();
        List<@Nullable Double> means = new ArrayList<>();
        List<@Nullable Double> low = new ArrayList<>();
        List<@Nullable Double> high = new ArrayList<>();
        for (int i = 0; i < points; i++) {
            int at = i;
            List<PromptPoint> found =
                    of.stream().map(run -> run.curve().get(at)).toList();
            positions.add(
                    found.stream().mapToLong(PromptPoint::queries).average().orElseThrow());
            means.add(found.stream()
                    .mapToDouble(PromptPoint::validationAccuracy)
                    .average()
                    .orElseThrow());
            low.add(found.stream()
                    .mapToDouble(PromptPoint::validationAccuracy)
                    .min()
                    .orElseThrow());
            high.add(found.stream()
                    .mapToDouble(PromptPoint::validationAccuracy)
                    .max()
                    .orElseThrow());
        }
        return new Series(method, positions, means, low, high);
    }

    /**
     * A mean with its interval, as percent.
     *
     * @param interval of a share or a difference of shares
     * @return such as {@code 93.10 [92.60, 93.60]}
     */
    public static String percent(Interval interval) {
        return String.format(
                Locale.ROOT, "%.2f [%.2f, %.2f]", 100 * interval.mean(), 100 * interval.low(), 100 * interval.high());
    }
}
