package dev.flops.bench.cli;

import dev.flops.bench.report.AtomicFiles;
import dev.flops.bench.report.Json;
import dev.flops.bench.report.RunDirectory;
import dev.flops.bench.report.html.Table;
import dev.flops.bench.task.AllocatorChoice;
import dev.flops.bench.task.TaskConfig;
import dev.flops.bench.task.UsageException;
import dev.flops.bench.task.WorkerPool;
import dev.flops.bench.variance.VarianceConfig;
import dev.flops.bench.variance.VarianceExperiment;
import dev.flops.bench.variance.VarianceReport;
import dev.flops.bench.variance.VarianceResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./flops variance}: what allocation is worth at fixed shares of a training, against the true gradient. */
@Command(
        name = "variance",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        description =
                "Measures the variance of gradient estimates under several allocators at fixed shares of a training,"
                        + " against the true gradient; writes results.json and report.html.",
        footerHeading = "%n",
        footer = "Exit codes: 0 done, 1 the run failed, 2 wrong usage.")
final class VarianceCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private TrainOptions options = new TrainOptions();

    @Option(
            names = "--at",
            paramLabel = "P",
            split = ",",
            description = "Shares of the steps in percent (default ${DEFAULT-VALUE}).")
    private List<Integer> percents = List.of(0, 25, 50, 75, 100);

    @Option(
            names = "--allocators",
            paramLabel = "NAME",
            split = ",",
            description = "Allocators to measure beside equal and the oracle (default ${DEFAULT-VALUE}).")
    private List<AllocatorChoice> allocators = List.of(
            AllocatorChoice.GAUSSIAN, AllocatorChoice.NEYMAN, AllocatorChoice.NEYMAN_EL2N, AllocatorChoice.NEYMAN_LOSS);

    @Option(
            names = "--samples",
            paramLabel = "N",
            description = "Samples per example on average (default ${DEFAULT-VALUE}).")
    private int samples = 8;

    @Option(names = "--batches", paramLabel = "N", description = "Batches per share (default ${DEFAULT-VALUE}).")
    private int batches = 6;

    @Option(
            names = "--repeats",
            paramLabel = "N",
            description = "Estimates per batch and allocator (default ${DEFAULT-VALUE}).")
    private int repeats = 30;

    @Option(
            names = "--budgets",
            paramLabel = "N",
            split = ",",
            description = "Samples per example at which the cosine with the true gradient is measured (default"
                    + " ${DEFAULT-VALUE}).")
    private List<Integer> budgets = List.of(1, 2, 4, 16);

    @Option(names = "--confidence", paramLabel = "C", description = "Of the intervals (default ${DEFAULT-VALUE}).")
    private double confidence = 0.95;

    @Mixin
    private OutputOptions output = new OutputOptions();

    /** Creates the command. */
    VarianceCommand() {}

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        TaskConfig task = options.toConfig();
        VarianceConfig config = config(task);
        RunDirectory folder =
                RunDirectory.create(output.directory("variance-" + task.taskName(), task.seed(), Instant.now()));
        VarianceResult result;
        try (WorkerPool pool = new WorkerPool(task.threads());
                CountView view = new CountView(spec.commandLine().getErr())) {
            result = new VarianceExperiment(
                            config,
                            pool.workers(),
                            (share, done, total) -> view.onPart(
                                    String.format(
                                            Locale.ROOT,
                                            "after %d %%: accuracy %.1f %%, CV %.2f",
                                            share.percent(),
                                            100 * share.testAccuracy(),
                                            share.cv().mean()),
                                    done,
                                    total))
                    .run();
        }
        String document = Json.document(result);
        AtomicFiles.write(folder.results(), document);
        VarianceReport.of(result, command()).write(folder.report());
        if (output.json()) {
            out.print(document);
        } else {
            print(VarianceReport.table(result), out);
            out.println("written to " + folder.path());
        }
        out.flush();
        return FlopsCommand.DONE;
    }

    private VarianceConfig config(TaskConfig task) {
        try {
            return new VarianceConfig(task, percents, allocators, samples, batches, repeats, budgets, confidence);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }

    private static void print(Table found, PrintWriter out) {
        TextTable table = new TextTable(found.header().toArray(String[]::new));
        found.rows().forEach(row -> table.row(row.toArray(String[]::new)));
        table.print(out);
    }

    private String command() {
        return FlopsCommand.typed(spec);
    }
}
