package dev.flops.bench.cli;

import dev.flops.bench.blackbox.JournaledObjective;
import dev.flops.bench.blackbox.QueryJournal;
import dev.flops.bench.prompt.DigitScorer;
import dev.flops.bench.prompt.Digits;
import dev.flops.bench.prompt.ForwardTuner;
import dev.flops.bench.prompt.GridPrompt;
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
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
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
                        + " summary.json, report.html and the journal of what was asked.",
        footerHeading = "%n",
        footer = "Exit codes: 0 done, 1 the run failed, 2 wrong usage, 130 stopped by Ctrl-C.")
final class PromptCommand implements Callable<Integer> {
    private static final int QUERIES_PER_CALL = 64;
    private static final int GRID_SIDE = 12;

    @Spec
    private CommandSpec spec = CommandSpec.create();

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

    @Option(names = "--lr", paramLabel = "R", description = "Peak learning rate (default ${DEFAULT-VALUE}).")
    private double learningRate = 0.03;

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
        PromptConfig config = config();
        try (WorkerPool pool = new WorkerPool(threads);
                DigitScorer reader = model.open();
                Interruption interruption =
                        Interruption.install(spec.commandLine().getErr())) {
            PromptTask task = task(reader, pool.workers());
            RunDirectory run = RunDirectory.create(output.directory("prompt", seed, Instant.now()));
            return tune(task, config, run, interruption);
        }
    }

    private PromptConfig config() {
        if (queries < budget) {
            throw new UsageException(
                    "queries = " + queries + ", expected >= " + budget + ": the budget of one step", null);
        }
        return checked(() -> new PromptConfig(
                new GridPrompt(GRID_SIDE),
                allocator.toString(),
                new ForwardTuner(scheme, allocator, sigma, learningRate, batch, budget),
                queries,
                seed));
    }

    private PromptTask task(DigitScorer reader, Workers workers) {
        return checked(() -> new PromptTask(
                reader,
                workers,
                Digits.read(Digits.Part.TRAIN),
                Digits.read(Digits.Part.VALIDATION),
                Digits.read(Digits.Part.TEST),
                points));
    }

    /** Parts check their own arguments; all of those come from the command line. */
    private static <T> T checked(Supplier<T> assembly) {
        try {
            return assembly.get();
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }

    private int tune(PromptTask task, PromptConfig config, RunDirectory run, Interruption interruption)
            throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        Path file = journal == null ? run.path().resolve("journal.txt") : journal;
        try (QueryJournal paidFor = QueryJournal.open(file, journalName(config));
                BufferedWriter metrics = Files.newBufferedWriter(run.metrics())) {
            long before = paidFor.size();
            PromptResult result = task.run(
                    config, objective -> new JournaledObjective(objective, paidFor, QUERIES_PER_CALL), point -> {
                        write(metrics, point);
                        show(point, config);
                        return !interruption.requested();
                    });
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
    }

    /** Answers depend on the prompt, the digits, the model and the loss, and on nothing else. */
    private static String journalName(PromptConfig config) {
        return PromptSummary.TASK + ", " + config.prompt().name();
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
        return "./flops prompt "
                + String.join(" ", spec.commandLine().getParseResult().originalArgs());
    }
}
