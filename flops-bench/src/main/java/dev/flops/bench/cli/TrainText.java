package dev.flops.bench.cli;

import dev.flops.bench.task.AllocationSummary;
import dev.flops.bench.task.BudgetChoice;
import dev.flops.bench.task.TaskConfig;
import dev.flops.bench.task.TaskCosts;
import dev.flops.bench.task.TaskDescription;
import dev.flops.bench.task.TaskResult;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** What a training says at its start and at its end, for people. */
final class TrainText {
    private final LabelledLines out;

    TrainText(PrintWriter out) {
        this.out = new LabelledLines(out);
    }

    void start(TaskConfig config, TaskDescription task) {
        out.line(
                "task",
                "%s, seed %d, %,d steps%s of %d examples",
                config.taskName(),
                config.seed(),
                config.steps(),
                config.budget().choice() == BudgetChoice.FIXED ? "" : "' queries, in more or fewer steps",
                config.batch());
        out.line(
                "data",
                "%,d to learn from (%s), %,d held out to watch, %,d to test (%s); features %s",
                sum(task.trainClasses()),
                perClass(task.trainClasses()),
                task.probeExamples(),
                sum(task.testClasses()),
                perClass(task.testClasses()),
                task.normalization());
        out.line(
                "model",
                "%s, %,d parameters, %,d of them trained (%s)",
                config.model().name(),
                task.parameters(),
                task.trainable(),
                config.trained());
        out.line("sites", "%d: %s", task.sites().size(), String.join(", ", task.sites()));
        out.line(
                "frozen",
                "%s",
                task.withoutSite().isEmpty() ? "none for lack of a site" : String.join(", ", task.withoutSite()));
        out.line(
                "queries",
                "%,d a step: one clean forward per example, %,d samples of %d queries; %s, %s, sigma %s, site scale %s, site space %s",
                task.budget(),
                task.samples(),
                task.queriesPerSample(),
                config.estimator().estimator(),
                config.estimator().scheme(),
                config.estimator().sigma(),
                config.estimator().scale(),
                config.estimator().space());
        if (config.budget().choice() != BudgetChoice.FIXED) {
            out.line(
                    "budget",
                    "%s: as many samples in each step as gain most",
                    config.budget().choice());
        }
        out.line("allocator", "%s", config.allocation().allocator());
        out.line("machine", "%d threads, %s", config.threads(), kernels(task.simd()));
        out.flush();
    }

    void from(int step, Path directory) {
        if (step > 0) {
            out.line("resumed", "after step %,d, %s", step, directory);
            out.flush();
        }
    }

    void end(TaskResult result, Path directory) {
        TaskCosts costs = result.costs();
        AllocationSummary allocation = result.allocation();
        if (result.interrupted()) {
            out.line("stopped", "after step %,d of %,d", result.stepsDone(), result.steps());
            out.line("go on", "./flops train --resume --out %s", directory);
        }
        out.line(
                "accuracy",
                "%.2f %% on %,d test examples, loss %.4f",
                100 * result.test().accuracy(),
                result.test().examples(),
                result.test().loss());
        out.line("queries", "%,d (%,d of them clean)", costs.queries(), costs.cleanQueries());
        out.line(
                "computed",
                "%.3g floating-point operations in %.1f s: %,.0f queries/s",
                (double) costs.flops(),
                result.seconds(),
                costs.queries() / result.seconds());
        out.line(
                "memory",
                "%.1f MB of buffers at most, JVM heap at most %.0f MB",
                costs.bufferBytes() * 1e-6,
                costs.heapBytes() * 1e-6);
        out.line(
                "variance",
                "%.3f of that of equal allocation, which would have had %.3f times as much; the optimum is %.3f (CV %.2f)",
                allocation.ratioToEqual(),
                1 / allocation.ratioToEqual(),
                allocation.optimumToEqual(),
                allocation.coefficientOfVariation());
        out.line("digest", "%s", result.parametersSha256());
        out.line("written", "%s", directory);
        out.flush();
    }

    static String kernels(String name) {
        return name.equals("scalar") ? "scalar kernels" : name + "-bit vector kernels";
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
