package dev.flops.bench.cli;

import dev.flops.api.NotEnoughMemoryException;
import dev.flops.api.NumericalException;
import dev.flops.bench.report.AtomicFiles;
import dev.flops.bench.report.Json;
import dev.flops.bench.report.MetricsWriter;
import dev.flops.bench.report.Provenance;
import dev.flops.bench.report.RunCheckpoints;
import dev.flops.bench.report.RunDirectory;
import dev.flops.bench.report.Summary;
import dev.flops.bench.report.html.TrainingReport;
import dev.flops.bench.task.TaskConfig;
import dev.flops.bench.task.TaskProgress;
import dev.flops.bench.task.TaskResult;
import dev.flops.bench.task.TrainingTask;
import dev.flops.bench.task.WorkerPool;
import dev.flops.models.checkpoint.Checkpoint;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ./flops train}: trains, evaluates, writes the folder of the run. */
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        description = "Trains a network by forward passes only and writes runs/NAME/metrics.jsonl, summary.json,"
                + " report.html and checkpoints.",
        footerHeading = "%n",
        footer = "Exit codes: 0 done, 1 the run failed, 2 wrong usage, 130 stopped by Ctrl-C.")
final class TrainCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private TrainOptions options = new TrainOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Mixin
    private ResumeOptions resuming = new ResumeOptions();

    /** Creates the command. */
    TrainCommand() {}

    /** What is to be trained, where, and from which checkpoint on. */
    private record Plan(
            OptionValues options,
            TaskConfig config,
            @Nullable RunDirectory run,
            @Nullable Checkpoint from) {}

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        Plan plan = plan(err);
        TaskConfig config = plan.config();
        try (WorkerPool pool = new WorkerPool(config.threads());
                Interruption interruption = Interruption.install(err)) {
            TrainingTask task = TrainingTask.prepare(config, pool.workers());
            RunDirectory run = plan.run() != null
                    ? plan.run()
                    : RunDirectory.create(output.directory(config.taskName(), config.seed(), Instant.now()));
            VectorModule.warnIfMissed(config.simd(), err);
            TrainText text = new TrainText(output.json() ? err : out);
            text.start(config, task.description());
            RunCheckpoints checkpoints =
                    new RunCheckpoints(run, task, plan.options().toJson(), resuming.every());
            TaskResult result;
            try (MetricsWriter metrics = metrics(run, config, checkpoints, plan.from())) {
                text.from(task.stepsDone(), run.path());
                result = train(task, metrics, checkpoints, interruption, err);
            }
            Summary summary = Summary.of(result, Provenance.ofThisProcess());
            String document = Json.document(summary);
            AtomicFiles.write(run.summary(), document);
            TrainingReport.write(run, summary);
            text.end(result, run.path());
            if (output.json()) {
                out.print(document);
                out.flush();
            }
            return result.interrupted() ? FlopsCommand.INTERRUPTED : FlopsCommand.DONE;
        }
    }

    private Plan plan(PrintWriter err) throws IOException {
        OptionValues given = OptionValues.given(spec.commandLine().getParseResult());
        Path file = resuming.config();
        OptionValues all = file == null ? given : given.over(OptionValues.ofFile(file));
        if (!resuming.resume()) {
            return new Plan(all, (file == null ? options : all.toOptions()).toConfig(), null, null);
        }
        RunDirectory run = RunDirectory.existing(output.existing());
        Checkpoint from = RunCheckpoints.newest(run, (damaged, why) -> {
            err.println("flops: passing over " + damaged + ": " + Failures.describe(why));
            err.flush();
        });
        OptionValues merged = all.over(OptionValues.ofJson(run.path() + " options", RunCheckpoints.options(from)));
        return new Plan(merged, merged.toOptions().toConfig(), run, from);
    }

    private static MetricsWriter metrics(
            RunDirectory run, TaskConfig config, RunCheckpoints checkpoints, @Nullable Checkpoint from)
            throws IOException {
        int every = config.report().metricsEvery();
        if (from != null) {
            return MetricsWriter.resume(run.metrics(), every, checkpoints.restore(from));
        }
        MetricsWriter metrics = MetricsWriter.create(run.metrics(), every);
        try {
            checkpoints.save(metrics);
        } catch (IOException | RuntimeException e) {
            metrics.close();
            throw e;
        }
        return metrics;
    }

    private static TaskResult train(
            TrainingTask task,
            MetricsWriter metrics,
            RunCheckpoints checkpoints,
            Interruption interruption,
            PrintWriter err)
            throws IOException {
        try (ProgressView view = ProgressView.create(err, task.expectedSteps())) {
            return task.run(progress -> {
                boolean goOn = !interruption.requested();
                record(progress, goOn, metrics, checkpoints);
                view.onStep(progress);
                return goOn;
            });
        } catch (NumericalException | NotEnoughMemoryException e) {
            checkpoints.save(metrics);
            err.println("flops: the state before the step that failed is kept as a checkpoint");
            throw e;
        }
    }

    private static void record(TaskProgress progress, boolean goOn, MetricsWriter metrics, RunCheckpoints checkpoints) {
        try {
            metrics.onStep(progress);
            if (!goOn || checkpoints.isDue(progress.stepsDone())) {
                checkpoints.save(metrics);
            }
            if (!goOn) {
                metrics.onStop(progress);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
