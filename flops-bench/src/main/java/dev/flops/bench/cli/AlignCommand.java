package dev.flops.bench.cli;

import dev.flops.alloc.estimate.SamplingScheme;
import dev.flops.bench.align.AlignArm;
import dev.flops.bench.align.AlignComparison;
import dev.flops.bench.align.AlignComparisonReport;
import dev.flops.bench.align.AlignConfig;
import dev.flops.bench.align.AlignPoint;
import dev.flops.bench.align.AlignReport;
import dev.flops.bench.align.AlignResult;
import dev.flops.bench.align.AlignSummary;
import dev.flops.bench.align.AlignTask;
import dev.flops.bench.align.EmojiEncoder;
import dev.flops.bench.align.EmojiSplit;
import dev.flops.bench.align.MiniLm;
import dev.flops.bench.align.TextEncoder;
import dev.flops.bench.report.AtomicFiles;
import dev.flops.bench.report.Json;
import dev.flops.bench.report.RunDirectory;
import dev.flops.bench.task.AllocatorChoice;
import dev.flops.bench.task.UsageException;
import dev.flops.bench.task.WorkerPool;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.spec.SimdWidth;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./flops align}: aligns two frozen encoders by forward learning. */
@Command(
        name = "align",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        description =
                "Trains a projector between a frozen encoder of pictures and a frozen encoder of texts (MiniLM) by forward passes"
                        + " with a contrastive loss, so that pictures of emoji find their names; judges it on 300 emoji that"
                        + " nothing has seen. Writes runs/NAME/metrics.jsonl, summary.json and report.html; with --compare results.json"
                        + " and report.html.",
        footerHeading = "%n",
        footer = "Exit codes: 0 done, 1 the run failed, 2 wrong usage, 130 stopped by Ctrl-C.")
final class AlignCommand implements Callable<Integer> {
    private static final int POINTS = 10;
    private static final int RIVALS_SEEDS = 5;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--steps", paramLabel = "N", description = "Optimizer steps (default ${DEFAULT-VALUE}).")
    private int steps = 400;

    @Option(names = "--batch", paramLabel = "N", description = "Examples per step (default ${DEFAULT-VALUE}).")
    private int batch = 256;

    @Option(
            names = "--budget",
            paramLabel = "N",
            description = "Queries per step, clean forwards included (default ${DEFAULT-VALUE}).")
    private int budget = 2304;

    @Option(
            names = "--allocator",
            paramLabel = "NAME",
            description = "How queries are shared among examples: ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}).")
    private AllocatorChoice allocator = AllocatorChoice.NEYMAN;

    @Option(
            names = "--scheme",
            paramLabel = "NAME",
            description = "What forms a sample: ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}).")
    private SamplingScheme scheme = SamplingScheme.CLEAN_BASELINE;

    @Option(names = "--sigma", paramLabel = "S", description = "Perturbation scale (default ${DEFAULT-VALUE}).")
    private float sigma = 0.3f;

    @Option(
            names = "--temperature",
            paramLabel = "T",
            description = "Temperature of the contrastive loss (default ${DEFAULT-VALUE}).")
    private double temperature = 0.1;

    @Option(names = "--lr", paramLabel = "R", description = "Peak learning rate (default ${DEFAULT-VALUE}).")
    private double learningRate = 0.01;

    @Option(names = "--seed", paramLabel = "N", description = "The first seed (default ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            description = "Runs, each with the next seed; from two on with intervals (default 1, with --compare 5).")
    private @Nullable Integer seeds;

    @Option(
            names = "--compare",
            description =
                    "Run several methods with several seeds, each with steps x budget queries: means, paired differences and"
                            + " their intervals.")
    private boolean compare;

    @Option(
            names = "--arms",
            paramLabel = "ARM",
            split = ",",
            description =
                    "With --compare: methods, each the name of an allocator, or spsa-gc, cma-es, random-search, with all or block"
                            + " after a slash: the parameters that it moves; a number after an @ is the number of examples that are"
                            + " asked together, one after a colon the step size (default ${DEFAULT-VALUE}); the others are compared"
                            + " with the first.")
    private List<String> arms =
            List.of("equal", "gaussian", "neyman", "importance", "spsa-gc", "cma-es", "random-search");

    @Option(
            names = "--dictionary",
            paramLabel = "FILE",
            description = "Weights that ./flops dictionary wrote (default: the embedded ones).")
    private @Nullable Path dictionary;

    @Option(
            names = "--validation",
            description =
                    "Judge on 300 others of the emoji to learn from, which are not learned from then: to choose settings.")
    private boolean validation;

    @Option(names = "--threads", paramLabel = "N", description = "Threads (default here ${DEFAULT-VALUE}).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--simd",
            paramLabel = "WIDTH",
            description = "Vector width: ${COMPLETION-CANDIDATES}; it changes no result (default ${DEFAULT-VALUE}).")
    private SimdWidth simd = SimdWidth.AUTO;

    @Mixin
    private OutputOptions output = new OutputOptions();

    private final @Nullable Tasks tasks;

    /** Makes the task. */
    @FunctionalInterface
    interface Tasks {
        AlignTask on(Workers workers) throws IOException;
    }

    /** Creates the command. */
    AlignCommand() {
        tasks = null;
    }

    /** A command on a task of its own, for tests. */
    AlignCommand(Tasks tasks) {
        this.tasks = tasks;
    }

    @Override
    public Integer call() throws IOException {
        AlignConfig config = config();
        try (WorkerPool pool = new WorkerPool(threads);
                Interruption interruption =
                        Interruption.install(spec.commandLine().getErr())) {
            long begun = System.nanoTime();
            AlignTask task = tasks == null ? task(pool.workers()) : tasks.on(pool.workers());
            double encoding = 1e-9 * (System.nanoTime() - begun);
            if (compare) {
                return compare(task, config, interruption);
            }
            RunDirectory run = RunDirectory.create(output.directory("align", seed, Instant.now()));
            return align(task, config, encoding, run, interruption);
        }
    }

    private int runs() {
        return seeds == null ? compare ? RIVALS_SEEDS : 1 : seeds;
    }

    private int compare(AlignTask task, AlignConfig usual, Interruption interruption) throws IOException {
        AlignComparison.Config config = checked(() -> {
            List<AlignArm> methods =
                    arms.stream().map(arm -> AlignArm.parse(arm, usual)).toList();
            AlignComparison.Config checked =
                    new AlignComparison.Config(methods, seed, runs(), Math.multiplyExact((long) steps, budget));
            checked.check(task);
            return checked;
        });
        RunDirectory run = RunDirectory.create(output.directory("align-compare", seed, Instant.now()));
        AlignComparison comparison;
        try (CountView view = new CountView(spec.commandLine().getErr())) {
            comparison = AlignComparison.run(task, config, new AlignComparison.Listener() {
                @Override
                public boolean onPoint() {
                    return !interruption.requested();
                }

                @Override
                public void onRun(AlignComparison.Run done, int count, int total) {
                    String name = String.format(
                            Locale.ROOT,
                            "%s seed %d: %.1f %%",
                            done.arm(),
                            done.seed(),
                            100 * done.google().imageToText10());
                    view.onPart(name, count, total);
                }
            });
        }
        if (comparison == null) {
            spec.commandLine().getErr().println("stopped; nothing is written of a comparison that is not whole");
            return FlopsCommand.INTERRUPTED;
        }
        new ComparisonOutput(run, output.json())
                .write(
                        comparison,
                        AlignComparisonReport.of(comparison, command()),
                        spec.commandLine().getOut(),
                        AlignComparisonReport.scores(comparison));
        return FlopsCommand.DONE;
    }

    private AlignConfig config() {
        if (runs() < 1 || steps < 1) {
            throw new UsageException("seeds = " + runs() + ", steps = " + steps + ", expected >= 1", null);
        }
        if (allocator == AllocatorChoice.POOLED_BIASED) {
            throw new UsageException(
                    "allocator = " + allocator + ", expected an unbiased one: it is a control of comparisons", null);
        }
        return new AlignConfig(allocator, scheme, sigma, temperature, learningRate, batch, budget, steps, seed, simd);
    }

    private AlignTask task(Workers workers) throws IOException {
        TensorOps ops = TensorOps.of(simd);
        EmojiEncoder images = dictionary == null ? EmojiEncoder.pretrained(ops) : EmojiEncoder.open(dictionary, ops);
        try (TextEncoder texts = MiniLm.open()) {
            return new AlignTask(
                    images, texts, validation ? EmojiSplit.validation() : EmojiSplit.standard(), ops, workers, POINTS);
        }
    }

    /** Parts check their own arguments; all of those come from the command line. */
    private static <T> T checked(Supplier<T> assembly) {
        try {
            return assembly.get();
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }

    private int align(AlignTask task, AlignConfig config, double encoding, RunDirectory run, Interruption interruption)
            throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        List<AlignResult> results = new ArrayList<>();
        try (BufferedWriter metrics = Files.newBufferedWriter(run.metrics())) {
            for (int i = 0; i < runs() && (i == 0 || !interruption.requested()); i++) {
                AlignConfig seeded = config.withSeed(seed + i);
                results.add(checked(() -> task.run(seeded, point -> {
                    write(metrics, point);
                    show(point);
                    return !interruption.requested();
                })));
            }
        }
        AlignSummary summary = AlignSummary.of(config, results, encoding);
        String document = Json.document(summary);
        AtomicFiles.write(run.summary(), document);
        AlignReport.of(task, summary, results, command()).write(run.report());
        if (output.json()) {
            out.print(document);
        } else {
            print(summary, run, new LabelledLines(out));
        }
        out.flush();
        return interruption.requested() ? FlopsCommand.INTERRUPTED : FlopsCommand.DONE;
    }

    private static void write(BufferedWriter metrics, AlignPoint point) {
        try {
            metrics.write(Json.line(point) + "\n");
            metrics.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void show(AlignPoint point) {
        PrintWriter err = spec.commandLine().getErr();
        err.printf(
                Locale.ROOT,
                "%s  seed %d  step %,d of %,d  %,d queries  loss %s  own text among ten: %.1f %%%n",
                ProgressText.clock(point.seconds()),
                point.seed(),
                point.step(),
                steps,
                point.queries(),
                point.meanLoss() == null ? "-" : String.format(Locale.ROOT, "%.3f", point.meanLoss()),
                100 * point.imageToText10());
        err.flush();
    }

    private static void print(AlignSummary summary, RunDirectory run, LabelledLines out) {
        out.line("task", "%s, %d held out", summary.task(), summary.heldOut());
        out.line("method", "%s", summary.settings());
        for (AlignSummary.Run one : summary.runs()) {
            out.line(
                    "seed " + one.seed(),
                    "%,d queries, %.3g FLOPs, %.1f s, digest %s",
                    one.queries(),
                    (double) one.flops(),
                    one.seconds(),
                    one.parametersSha256());
        }
        print("google", summary.google(), out);
        print("twitter", summary.twitter(), out);
        out.line("written", "%s", run.path());
        out.flush();
    }

    private static void print(String style, AlignSummary.Scores scores, LabelledLines out) {
        out.line(
                style,
                "image to text R@1 %s, R@10 %s; text to image R@1 %s, R@10 %s; category %s",
                AlignReport.percent(scores.imageToText1()),
                AlignReport.percent(scores.imageToText10()),
                AlignReport.percent(scores.textToImage1()),
                AlignReport.percent(scores.textToImage10()),
                AlignReport.percent(scores.categoryAccuracy()));
    }

    private String command() {
        return FlopsCommand.typed(spec);
    }
}
