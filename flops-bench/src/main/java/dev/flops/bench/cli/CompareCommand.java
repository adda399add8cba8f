package dev.flops.bench.cli;

import dev.flops.bench.compare.Arm;
import dev.flops.bench.compare.ArmResult;
import dev.flops.bench.compare.Comparison;
import dev.flops.bench.compare.ComparisonConfig;
import dev.flops.bench.compare.ComparisonReport;
import dev.flops.bench.compare.ComparisonResult;
import dev.flops.bench.compare.Interval;
import dev.flops.bench.report.AtomicFiles;
import dev.flops.bench.report.Json;
import dev.flops.bench.report.RunDirectory;
import dev.flops.bench.report.html.Table;
import dev.flops.bench.task.TaskConfig;
import dev.flops.bench.task.TrainedPart;
import dev.flops.bench.task.TrainedPart.AdapterOptions;
import dev.flops.bench.task.UsageException;
import dev.flops.bench.task.WorkerPool;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./flops compare}: several allocators and estimators, the same total budget, several seeds, paired differences. */
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        description =
                "Compares allocators and estimators at equal total queries over several seeds; writes results.json and report.html.",
        footerHeading = "%n",
        footer = "Exit codes: 0 done, 1 the run failed, 2 wrong usage.")
final class CompareCommand implements Callable<Integer> {
    private static final TaskConfig DEFAULT = TaskChoice.DIGITS.config();

    /** Seeds of the search begin here, far from those that are compared. */
    private static final long FIRST_SEARCH_SEED = 1_000_000;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--arms",
            paramLabel = "ARM",
            split = ",",
            description =
                    "Rivals, each an allocator, its samples per example on average and, after slashes, an estimator and"
                            + " a scheme that are not the usual ones, as in equal:4/lr-all-sites/antithetic (default"
                            + " ${DEFAULT-VALUE}); the others are compared with the first.")
    private List<String> arms = List.of("equal:2", "gaussian:2", "neyman:2", "equal:1");

    @Option(
            names = "--task",
            paramLabel = "NAME",
            description = "Network and data: ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}).")
    private TaskChoice task = TaskChoice.DIGITS;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            description = "Network: ${COMPLETION-CANDIDATES} (default: the task's).")
    private @Nullable ModelChoice model;

    @Option(
            names = "--train",
            paramLabel = "PART",
            description = "What is trained: ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}).")
    private TrainedPart trained = DEFAULT.trained();

    @Option(
            names = "--queries",
            paramLabel = "N",
            description = "Queries of each run, clean forwards included (default ${DEFAULT-VALUE}).")
    private long queries = 2_000_000;

    @Option(names = "--seeds", paramLabel = "N", description = "Seeds 1 to N (default ${DEFAULT-VALUE}).")
    private int seeds = 5;

    @Option(
            names = "--lr",
            paramLabel = "R",
            split = ",",
            description = "Peak learning rates that each arm may choose from (default: the task's).")
    private @Nullable List<Double> learningRates;

    @Option(
            names = "--sigma",
            paramLabel = "S",
            split = ",",
            description = "Perturbation scales that each arm may choose from (default ${DEFAULT-VALUE}).")
    private List<Float> sigmas = List.of(DEFAULT.estimator().sigma());

    @Option(
            names = "--search-seeds",
            paramLabel = "N",
            description =
                    "Seeds of the search for each arm's learning rate and perturbation scale (default ${DEFAULT-VALUE}).")
    private int searchSeeds = 1;

    @Option(
            names = "--held-out",
            paramLabel = "N",
            description = "Training examples held out to choose settings and draw curves, but at most a tenth of all"
                    + " (default ${DEFAULT-VALUE}).")
    private int heldOut = 1000;

    @Option(names = "--points", paramLabel = "N", description = "Points of a curve (default ${DEFAULT-VALUE}).")
    private int points = 40;

    @Option(names = "--confidence", paramLabel = "C", description = "Of the intervals (default ${DEFAULT-VALUE}).")
    private double confidence = 0.95;

    @Option(names = "--threads", paramLabel = "N", description = "Threads (default here ${DEFAULT-VALUE}).")
    private int threads = DEFAULT.threads();

    @Mixin
    private OutputOptions output = new OutputOptions();

    /** Creates the command. */
    CompareCommand() {}

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        ComparisonConfig config = config();
        ComparisonResult result;
        RunDirectory folder =
                RunDirectory.create(output.directory("compare-" + config.base().taskName(), 1, Instant.now()));
        try (WorkerPool pool = new WorkerPool(config.base().threads());
                CountView view = new CountView(spec.commandLine().getErr())) {
            result = new Comparison(
                            config,
                            pool.workers(),
                            (run, done, total) -> view.onPart(
                                    String.format(
                                            Locale.ROOT,
                                            "%s seed %d: %.1f %%",
                                            run.arm(),
                                            run.seed(),
                                            100 * run.testAccuracy()),
                                    done,
                                    total))
                    .run();
        }
        String document = Json.document(result);
        AtomicFiles.write(folder.results(), document);
        ComparisonReport.of(result, command()).write(folder.report());
        if (output.json()) {
            out.print(document);
            out.flush();
        } else {
            print(result, out);
            print(ComparisonReport.milestones(result), out);
            out.println("written to " + folder.path());
            out.flush();
        }
        return FlopsCommand.DONE;
    }

    private ComparisonConfig config() {
        try {
            return new ComparisonConfig(
                    base(),
                    arms.stream().map(Arm::parse).toList(),
                    LongStream.rangeClosed(1, seeds).boxed().toList(),
                    queries,
                    learningRates == null ? List.of(task.config().optimizer().learningRate()) : learningRates,
                    sigmas,
                    LongStream.range(FIRST_SEARCH_SEED, FIRST_SEARCH_SEED + searchSeeds)
                            .boxed()
                            .toList(),
                    points,
                    confidence);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }

    private TaskConfig base() {
        TaskConfig preset = task.config();
        return preset.but()
                .model(model == null ? preset.model() : model.config())
                .training(trained, AdapterOptions.DEFAULT)
                .probeExamples(heldOut)
                .steps(1)
                .threads(threads)
                .build();
    }

    private String command() {
        return FlopsCommand.typed(spec);
    }

    private static void print(ComparisonResult result, PrintWriter out) {
        TextTable table = new TextTable(
                "arm",
                "rate",
                "sigma",
                "test accuracy, %",
                "difference to " + result.arms().getFirst().arm(),
                "TFLOP",
                "seconds");
        for (ArmResult arm : result.arms()) {
            Interval difference = arm.differenceToFirst();
            table.row(
                    arm.arm(),
                    String.format(Locale.ROOT, "%.4g", arm.learningRate()),
                    String.format(Locale.ROOT, "%.3g", arm.sigma()),
                    arm.testAccuracy().percent(),
                    difference == null ? "" : difference.percent(),
                    String.format(Locale.ROOT, "%.3g", arm.flops() * 1e-12),
                    String.format(Locale.ROOT, "%.1f", arm.seconds()));
        }
        table.print(out);
    }

    private static void print(Table found, PrintWriter out) {
        out.println(System.lineSeparator() + found.title());
        TextTable.of(found).print(out);
    }
}
