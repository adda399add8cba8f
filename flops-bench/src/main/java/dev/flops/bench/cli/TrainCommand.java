package dev.flops.bench.cli;

import dev.flops.bench.report.AtomicFiles;
import dev.flops.bench.report.Json;
import dev.flops.bench.report.MetricsWriter;
import dev.flops.bench.report.Provenance;
import dev.flops.bench.report.RunDirectory;
import dev.flops.bench.report.Summary;
import dev.flops.bench.report.html.TrainingReport;
import dev.flops.bench.task.TaskConfig;
import dev.flops.bench.task.TaskProgress;
import dev.flops.bench.task.TaskResult;
import dev.flops.bench.task.TrainingTask;
import dev.flops.bench.task.WorkerPool;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ./flops train}: trains, evaluates, writes the folder of the run. */
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        description =
                "Trains a network by forward passes only and writes runs/NAME/metrics.jsonl, summary.json and report.html.",
        footerHeading = "%n",
        footer = "Exit codes: 0 done, 1 the run failed, 2 wrong usage, 130 stopped by Ctrl-C.")
final class TrainCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private TrainOptions options = new TrainOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    /** Creates the command. */
    TrainCommand() {}

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        TaskConfig config = options.toConfig();
        try (WorkerPool pool = new WorkerPool(config.threads());
                Interruption interruption = Interruption.install(err)) {
            TrainingTask task = TrainingTask.prepare(config, pool.workers());
            RunDirectory run = RunDirectory.create(output.directory(config.taskName(), config.seed(), Instant.now()));
            VectorModule.warnIfMissed(config.simd(), err);
            TrainText text = new TrainText(output.json() ? err : out);
            text.start(config, task.description());
            TaskResult result = train(task, run, interruption, err);
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

    private static TaskResult train(TrainingTask task, RunDirectory run, Interruption interruption, PrintWriter err)
            throws IOException {
        TaskConfig config = task.config();
        try (MetricsWriter metrics =
                        new MetricsWriter(run.metrics(), config.report().metricsEvery());
                ProgressView view = ProgressView.create(err, config.steps())) {
            return task.run(progress -> {
                boolean goOn = !interruption.requested();
                write(metrics, progress, !goOn || progress.stepsDone() == progress.steps());
                view.onStep(progress);
                return goOn;
            });
        }
    }

    private static void write(MetricsWriter metrics, TaskProgress progress, boolean last) {
        try {
            metrics.onStep(progress, last);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
