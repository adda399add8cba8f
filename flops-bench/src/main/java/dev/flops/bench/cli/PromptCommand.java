package dev.flops.bench.cli;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.flops.api.Objective;
import dev.flops.bench.blackbox.JournaledObjective;
import dev.flops.bench.blackbox.QueryJournal;
import dev.flops.bench.prompt.DigitScorer;
import dev.flops.bench.prompt.Digits;
import dev.flops.bench.prompt.ForwardTuner;
import dev.flops.bench.prompt.PromptArm;
import dev.flops.bench.prompt.PromptChoice;
import dev.flops.bench.prompt.PromptComparison;
import dev.flops.bench.prompt.PromptComparisonReport;
import dev.flops.bench.prompt.PromptConfig;
import dev.flops.bench.prompt.PromptPoint;
import dev.flops.bench.prompt.PromptReport;
import dev.flops.bench.prompt.PromptResult;
import dev.flops.bench.prompt.PromptSummary;
import dev.flops.bench.prompt.PromptTask;
import dev.flops.bench.prompt.TextReader;
import dev.flops.bench.report.AtomicFiles;
import dev.flops.bench.report.Json;
import dev.flops.bench.report.RunDirectory;
import dev.flops.bench.task.AllocatorChoice;
import dev.flops.bench.task.UsageException;
import dev.flops.bench.task.WorkerPool;
import dev.flops.tensor.Workers;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./flops prompt}: tunes a visual prompt in front of a frozen model that can only be queried. */
@Command(
        name = "prompt",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        description =
                "Tunes a visual prompt, so that a frozen reader of text (PP-OCRv4) reads handwritten digits (MNIST, 16 of each)"
                        + " better; only forward passes of single pictures are asked of it. Writes runs/NAME/metrics.jsonl,"
                        + " summary.json, report.html and the journal of what was asked; with --compare results.json, report.html and the"
                        + " journal.",
        footerHeading = "%n",
        footer = "Exit codes: 0 done, 1 the run failed, 2 wrong usage, 130 stopped by Ctrl-C.")
final class PromptCommand implements Callable<Integer> {
    private static final int QUERIES_PER_CALL = 64;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--prompt",
            paramLabel = "NAME",
            description = "What is tuned: ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}).")
    private PromptChoice prompt = PromptChoice.GRID;

    @Option(
            names = "--method",
            paramLabel = "ARM",
            description = "One of the methods of --arms instead of forward learning by the options.")
    private @Nullable String method;

    @Option(
            names = "--compare",
            description = "Run several methods with several seeds: means, paired differences and their intervals.")
    private boolean compare;

    @Option(
            names = "--arms",
            paramLabel = "ARM",
            split = ",",
            description =
                    "With --compare: methods, each the name of an allocator, with a scheme after a slash if it is not that of"
                            + " --scheme, or spsa-gc, cma-es, random-search; a number after an @ is the number of examples that are"
                            + " asked together, one after a colon the step size, as in neyman@16:0.03 (default"
                            + " ${DEFAULT-VALUE}); the others are compared with the first.")
    private List<String> arms =
            List.of("equal", "gaussian", "neyman", "importance", "spsa-gc", "cma-es", "random-search");

    @Option(
            names = "--seeds",
            paramLabel = "N",
            description = "With --compare: seeds 1 to N (default ${DEFAULT-VALUE}).")
    private int seeds = 5;

    @Option(
            names = "--queries",
            paramLabel = "N",
            description = "Budget, forwards of one picture (default ${DEFAULT-VALUE}).")
    private long queries = 4000;

    @Option(
            names = "--allocator",
            paramLabel = "NAME",
            description = "How queries are shared among examples: ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}).")
    private AllocatorChoice allocator = AllocatorChoice.IMPORTANCE;

    @Option(
            names = "--scheme",
            paramLabel = "NAME",
            description = "What forms a sample: ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}).")
    private ForwardTuner.Scheme scheme = ForwardTuner.Scheme.PAIRS;

    @Option(names = "--sigma", paramLabel = "S", description = "Perturbation scale (default ${DEFAULT-VALUE}).")
    private float sigma = 0.1f;

    @Option(names = "--lr", paramLabel = "R", description = "Peak learning rate (default: the prompt's).")
    private @Nullable Double learningRate;

    @Option(names = "--batch", paramLabel = "N", description = "Examples per step (default ${DEFAULT-VALUE}).")
    private int batch = 32;

    @Option(names = "--budget", paramLabel = "N", description = "Queries per step (default ${DEFAULT-VALUE}).")
    private int budget = 64;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of everything random (default ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Option(
            names = "--journal",
            paramLabel = "FILE",
            description =
                    "Journal of what is paid for (default: journal.txt in the folder of the run). A run that failed goes"
                            + " on from its journal and does not pay again.")
    private @Nullable Path journal;

    @Option(
            names = "--points",
            paramLabel = "N",
            description = "Points of a curve; their forwards are no queries (default ${DEFAULT-VALUE}).")
    private int points = 8;

    @Option(
            names = "--test-digits",
            paramLabel = "N",
            description = "Test digits that judge a prompt (default ${DEFAULT-VALUE}, all).")
    private int testDigits = 2000;

    @Option(
            names = "--validation-digits",
            paramLabel = "N",
            description = "Validation digits of a point of a curve (default ${DEFAULT-VALUE}, all).")
    private int validationDigits = 500;

    @Option(names = "--threads", paramLabel = "N", description = "Threads (default here ${DEFAULT-VALUE}).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Mixin
    private OutputOptions output = new OutputOptions();

    private final Model model;

    /** Opens the frozen model. */
    @FunctionalInterface
    interface Model {
        DigitScorer open() throws IOException;
    }

    /** Creates the command. */
    PromptCommand() {
        this(TextReader::open);
    }

    /** A command before another model, for tests. */
    PromptCommand(Model model) {
        this.model = model;
    }

    @Override
    public Integer call() throws IOException {
        PromptConfig one = checked(this::config);
        PromptComparison.Config several = compare ? checked(this::comparison) : null;
        try (WorkerPool pool = new WorkerPool(threads);
                DigitScorer reader = model.open();
                Interruption interruption =
                        Interruption.install(spec.commandLine().getErr())) {
            PromptTask task = task(reader, pool.workers());
            check(task, one, several);
            String kind = compare ? "prompt-compare" : "prompt";
            RunDirectory run = RunDirectory.create(output.directory(kind, seed, Instant.now()));
            Path file = journal == null ? run.path().resolve("journal.txt") : journal;
            try (QueryJournal paidFor = QueryJournal.open(file, journalName())) {
                return several == null
                        ? tune(task, one, paidFor, run, interruption)
                        : compare(task, several, paidFor, run, interruption);
            }
        }
    }

    private PromptConfig config() {
        PromptArm arm =
                method == null ? new PromptArm(allocator.toString(), forward()) : PromptArm.parse(method, forward());
        return new PromptConfig(prompt.prompt(), arm.name(), arm.tuner(), queries, seed);
    }

    private PromptComparison.Config comparison() {
        return new PromptComparison.Config(
                prompt.prompt(),
                arms.stream().map(arm -> PromptArm.parse(arm, forward())).toList(),
                seeds,
                queries);
    }

    private ForwardTuner forward() {
        double rate = learningRate == null ? prompt.learningRate() : learningRate;
        return new ForwardTuner(scheme, allocator, sigma, rate, batch, budget);
    }

    private PromptTask task(DigitScorer reader, Workers workers) {
        return checked(() -> new PromptTask(
                reader,
                workers,
                Digits.read(Digits.Part.TRAIN),
                Digits.read(Digits.Part.VALIDATION).first(validationDigits),
                Digits.read(Digits.Part.TEST).first(testDigits),
                points));
    }

    private static void check(PromptTask task, PromptConfig one, PromptComparison.@Nullable Config several) {
        checked(() -> {
            if (several == null) {
                task.check(one);
            } else {
                several.check(task);
            }
            return task;
        });
    }

    /** Parts check their own arguments; all of those come from the command line. */
    @CanIgnoreReturnValue
    private static <T> T checked(Supplier<T> assembly) {
        try {
            return assembly.get();
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }

    private int tune(
            PromptTask task, PromptConfig config, QueryJournal paidFor, RunDirectory run, Interruption interruption)
            throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        long before = paidFor.size();
        PromptResult result;
        try (BufferedWriter metrics = Files.newBufferedWriter(run.metrics())) {
            result = task.run(config, behind(paidFor), point -> {
                write(metrics, point);
                show(point, config);
                return !interruption.requested();
            });
        }
        PromptSummary summary = PromptSummary.of(result, paidFor.size() - before);
        String document = Json.document(summary);
        AtomicFiles.write(run.summary(), document);
        PromptReport.of(result, summary, Digits.read(Digits.Part.TEST), command())
                .write(run.report());
        if (output.json()) {
            out.print(document);
        } else {
            print(summary, run, new LabelledLines(out));
        }
        out.flush();
        return result.interrupted() ? FlopsCommand.INTERRUPTED : FlopsCommand.DONE;
    }

    private int compare(
            PromptTask task,
            PromptComparison.Config config,
            QueryJournal paidFor,
            RunDirectory run,
            Interruption interruption)
            throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        PromptComparison comparison;
        try (CountView view = new CountView(spec.commandLine().getErr())) {
            comparison = PromptComparison.run(task, config, behind(paidFor), new PromptComparison.Listener() {
                @Override
                public boolean onPoint() {
                    return !interruption.requested();
                }

                @Override
                public void onRun(PromptComparison.Run done, int count, int total) {
                    view.onPart(
                            String.format(
                                    Locale.ROOT,
                                    "%s seed %d: %.1f %%",
                                    done.arm(),
                                    done.seed(),
                                    100 * done.testAccuracy()),
                            count,
                            total);
                }
            });
        }
        if (comparison == null) {
            spec.commandLine()
                    .getErr()
                    .println("stopped; the same command with --journal FILE, the journal of this run, goes on");
            return FlopsCommand.INTERRUPTED;
        }
        new ComparisonOutput(run, output.json())
                .write(
                        comparison,
                        PromptComparisonReport.of(comparison, command()),
                        out,
                        PromptComparisonReport.accuracies(comparison),
                        PromptComparisonReport.allocations(comparison));
        return FlopsCommand.DONE;
    }

    private static UnaryOperator<Objective> behind(QueryJournal paidFor) {
        return objective -> new JournaledObjective(objective, paidFor, QUERIES_PER_CALL);
    }

    /** Answers depend on the prompt, the digits, the model and the loss, and on nothing else. */
    private String journalName() {
        return PromptSummary.TASK + ", " + prompt.prompt().name();
    }

    private static void write(BufferedWriter metrics, PromptPoint point) {
        try {
            metrics.write(Json.line(point) + "\n");
            metrics.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void show(PromptPoint point, PromptConfig config) {
        PrintWriter err = spec.commandLine().getErr();
        err.printf(
                Locale.ROOT,
                "%s  %,d of %,d queries  validation %.1f %%%n",
                ProgressText.clock(point.seconds()),
                point.queries(),
                config.queries(),
                100 * point.validationAccuracy());
        err.flush();
    }

    private static void print(PromptSummary summary, RunDirectory run, LabelledLines out) {
        out.line("task", "%s, seed %d", summary.task(), summary.seed());
        out.line("prompt", "%s, %d parameters", summary.prompt(), summary.parameters());
        out.line("method", "%s", summary.settings());
        out.line("queries", "%,d (%,d paid in this run)", summary.queries(), summary.paid());
        out.line(
                "accuracy",
                "%.2f %% of %,d test digits, %.2f %% without the prompt",
                100 * summary.testAccuracy(),
                summary.testExamples(),
                100 * summary.zeroShotAccuracy());
        out.line("digest", "%s", summary.parametersSha256());
        out.line("written", "%s", run.path());
        out.flush();
    }

    private String command() {
        return FlopsCommand.typed(spec);
    }
}
