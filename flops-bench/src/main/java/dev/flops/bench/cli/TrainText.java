package dev.flops.bench.cli;

import dev.flops.bench.task.AllocationSummary;
import dev.flops.bench.task.TaskConfig;
import dev.flops.bench.task.TaskCosts;
import dev.flops.bench.task.TaskDescription;
import dev.flops.bench.task.TaskResult;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a training says at its start and at its end, for people. */
final class TrainText {
    private final PrintWriter out;

    TrainText(PrintWriter out) {
        this.out = out;
    }

    void start(TaskConfig config, TaskDescription task) {
        line("task", "%s, seed %d, %,d steps of %d examples", config.taskName(), config.seed(), config.steps(), config.batch());
        line(
                "data",
                "%,d to learn from (%s), %,d held out to watch, %,d to test (%s); features %s",
                sum(task.trainClasses()),
                perClass(task.trainClasses()),
                task.probeExamples(),
                sum(task.testClasses()),
                perClass(task.testClasses()),
                task.normalization());
        line("model", "%s, %,d parameters, %,d of them trained (%s)", config.model().name(), task.parameters(), task.trainable(), config.trained());
        line("sites", "%d: %s", task.sites().size(), String.join(", ", task.sites()));
        line("frozen", "%s", task.withoutSite().isEmpty() ? "none for lack of a site" : String.join(", ", task.withoutSite()));
        line(
                "queries",
                "%,d a step: one clean forward per example, %,d samples of %d queries; %s, %s, sigma %s",
                task.budget(),
                task.samples(),
                task.queriesPerSample(),
                config.estimator().estimator(),
                config.estimator().scheme(),
                config.estimator().sigma());
        line("allocator", "%s", config.allocation().allocator());
        line("machine", "%d threads, %s", config.threads(), kernels(task.simd()));
        out.flush();
    }

    void end(TaskResult result, Path directory) {
        TaskCosts costs = result.costs();
        AllocationSummary allocation = result.allocation();
        if (result.interrupted()) {
            line("stopped", "after step %,d of %,d", result.stepsDone(), result.config().steps());
        }
        line(
                "accuracy",
                "%.2f %% on %,d test examples, loss %.4f",
                100 * result.test().accuracy(),
                result.test().examples(),
                result.test().loss());
        line("queries", "%,d (%,d of them clean)", costs.queries(), costs.cleanQueries());
        line(
                "computed",
                "%.3g floating-point operations in %.1f s: %,.0f queries/s",
                (double) costs.flops(),
                result.seconds(),
                costs.queries() / result.seconds());
        line(
                "memory",
                "%.1f MB of buffers at most, JVM heap at most %.0f MB",
                costs.bufferBytes() * 1e-6,
                costs.heapBytes() * 1e-6);
        line(
                "variance",
                "%.3f of that of equal allocation, which would have had %.3f times as much; the optimum is %.3f (CV %.2f)",
                allocation.ratioToEqual(),
                1 / allocation.ratioToEqual(),
                allocation.optimumToEqual(),
                allocation.coefficientOfVariation());
        line("digest", "%s", result.parametersSha256());
        line("written", "%s", directory);
        out.flush();
    }

    static String kernels(String name) {
        return name.equals("scalar") ? "scalar kernels" : name + "-bit vector kernels";
    }

    private void line(String label, String format, Object... values) {
        out.printf(Locale.ROOT, "%-10s %s%n", label, String.format(Locale.ROOT, format, values));
    }

    private static int sum(List<Integer> counts) {
        return counts.stream().mapToInt(Integer::intValue).sum();
    }

    private static String perClass(List<Integer> counts) {
        boolean equal = counts.stream().distinct().count() == 1;
        return equal
                ? counts.size() + " classes of " + counts.getFirst()
                : "by class " + counts.stream().map(String::valueOf).collect(Collectors.joining(" "));
    }
}
