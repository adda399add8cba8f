package dev.flops.bench.cli;

import dev.flops.bench.compare.Arm;
import dev.flops.bench.finetune.FineTuning;
import dev.flops.bench.finetune.FineTuningConfig;
import dev.flops.bench.finetune.FineTuningReport;
import dev.flops.bench.finetune.FineTuningResult;
import dev.flops.bench.report.AtomicFiles;
import dev.flops.bench.report.Json;
import dev.flops.bench.report.RunDirectory;
import dev.flops.bench.task.TaskConfig;
import dev.flops.bench.task.TrainedPart;
import dev.flops.bench.task.UsageException;
import dev.flops.bench.task.WorkerPool;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./flops finetune}: forward learning beside backpropagation, on the same selections of parameters. */
@Command(
        name = "finetune",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        description =
                "Sets side by side what the pre-trained network does as it is, by backpropagation and by forward passes"
                        + " alone, for the head, low-rank adapters and all matrices; writes results.json and report.html.",
        footerHeading = "%n",
        footer = "Exit codes: 0 done, 1 the run failed, 2 wrong usage.")
final class FinetuneCommand implements Callable<Integer> {
    /** Seeds of the search begin here, far from those that are compared. */
    private static final long FIRST_SEARCH_SEED = 1_000_000;

    private static final int HELD_OUT = 500;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--task",
            paramLabel = "NAME",
            description = "Network and data: ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}).")
    private TaskChoice task = TaskChoice.DIGITS;

    @Option(
            names = "--train",
            paramLabel = "PART",
            split = ",",
            description = "What is trained: some of ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}).")
    private List<TrainedPart> parts = List.of(TrainedPart.HEAD, TrainedPart.LORA, TrainedPart.MATRICES);

    @ArgGroup(exclusive = false, heading = "%nAdapters (--train lora, prompt or input-prompt):%n")
    private AdapterArguments adapters = new AdapterArguments();

    @Option(
            names = "--arm",
            paramLabel = "ARM",
            description =
                    "Allocator, samples and estimator of forward learning, as for compare (default ${DEFAULT-VALUE}).")
    private String arm = "gaussian:2";

    @Option(
            names = "--queries",
            paramLabel = "N",
            description = "Queries of each run of forward learning (default ${DEFAULT-VALUE}).")
    private long queries = 2_000_000;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            description = "Times backpropagation sees every training example (default ${DEFAULT-VALUE}).")
    private int epochs = 30;

    @Option(
            names = "--lr",
            paramLabel = "R",
            split = ",",
            description = "Peak learning rates that each method chooses from for each part (default ${DEFAULT-VALUE}).")
    private List<Double> learningRates = List.of(1e-3, 3e-3, 1e-2, 3e-2);

    @Option(names = "--seeds", paramLabel = "N", description = "Seeds 1 to N, at least 2 (default ${DEFAULT-VALUE}).")
    private int seeds = 3;

    @Option(names = "--confidence", paramLabel = "C", description = "Of the intervals (default ${DEFAULT-VALUE}).")
    private double confidence = 0.95;

    @Option(names = "--threads", paramLabel = "N", description = "Threads (default here ${DEFAULT-VALUE}).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Mixin
    private OutputOptions output = new OutputOptions();

    /** Creates the command. */
    FinetuneCommand() {}

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        FineTuningConfig config = config();
        RunDirectory folder =
                RunDirectory.create(output.directory("finetune-" + config.base().taskName(), 1, Instant.now()));
        FineTuningResult result;
        try (WorkerPool pool = new WorkerPool(threads);
                CountView view = new CountView(spec.commandLine().getErr())) {
            result = new FineTuning(config, pool.workers(), view::onPart).run();
        }
        String document = Json.document(result);
        AtomicFiles.write(folder.results(), document);
        String command = FlopsCommand.typed(spec);
        FineTuningReport.of(result, command.strip()).write(folder.report());
        if (output.json()) {
            out.print(document);
        } else {
            TextTable.of(FineTuningReport.table(result)).print(out);
            out.println("written to " + folder.path());
        }
        out.flush();
        return FlopsCommand.DONE;
    }

    private FineTuningConfig config() {
        try {
            TaskConfig base =
                    task.config().but().threads(threads).probeExamples(HELD_OUT).build();
            return new FineTuningConfig(
                    base,
                    parts,
                    adapters.toOptions(),
                    Arm.parse(arm),
                    queries,
                    epochs,
                    learningRates,
                    LongStream.rangeClosed(1, seeds).boxed().toList(),
                    List.of(FIRST_SEARCH_SEED),
                    confidence);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }
}
