package dev.flops.bench.cli;

import dev.flops.bench.task.AllocationConfig;
import dev.flops.bench.task.AllocatorChoice;
import dev.flops.bench.task.DataConfig;
import dev.flops.bench.task.EstimatorChoice;
import dev.flops.bench.task.EstimatorConfig;
import dev.flops.bench.task.ScaleChoice;
import dev.flops.bench.task.SchemeChoice;
import dev.flops.bench.task.SpaceChoice;
import dev.flops.bench.task.TaskConfig;
import dev.flops.bench.task.TrainedPart;
import dev.flops.bench.task.UsageException;
import dev.flops.tensor.spec.SimdWidth;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** What a training is told on the command line; everything else, and every default, is the {@link TaskChoice}'s. */
final class TrainOptions {
    private static final TaskConfig DEFAULT = TaskChoice.DIGITS.config();

    @Option(
            names = "--task",
            paramLabel = "NAME",
            description =
                    "Network, data and settings together: ${COMPLETION-CANDIDATES}. With scratch weights begin at random;"
                            + " the others adapt the embedded pre-trained network to handwritten digits, or to rotated or"
                            + " inverted Fashion-MNIST. Other options change a task (default: digits, or scratch where"
                            + " --model, --data or --data-dir is given).")
    private @Nullable TaskChoice task;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            description = "Network: ${COMPLETION-CANDIDATES} (default: the task's).")
    private @Nullable ModelChoice model;

    @Option(
            names = "--data",
            paramLabel = "NAME",
            description =
                    "Data set: ${COMPLETION-CANDIDATES} (default: the task's). The first four are embedded, in part or"
                            + " whole; the others are formats of your own files in --data-dir, resized to the network's images.")
    private DataConfig.@Nullable DataChoice data;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "Folder with your files, or with the full Fashion-MNIST instead of the embedded part.")
    private @Nullable Path dataDirectory;

    @Option(
            names = "--shots",
            paramLabel = "K",
            description = "Learn from K examples of each class, chosen by the seed (default: from all).")
    private @Nullable Integer shots;

    @Option(
            names = "--estimator",
            paramLabel = "NAME",
            description = "Gradient estimator: ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}).")
    private EstimatorChoice estimator = DEFAULT.estimator().estimator();

    @Option(
            names = "--scheme",
            paramLabel = "NAME",
            description = "What forms a sample: ${COMPLETION-CANDIDATES} (default: the estimator's usual one).")
    private @Nullable SchemeChoice scheme;

    @Option(names = "--sigma", paramLabel = "S", description = "Perturbation scale (default ${DEFAULT-VALUE}).")
    private float sigma = DEFAULT.estimator().sigma();

    @Option(
            names = "--site-scale",
            paramLabel = "NAME",
            description = "What each site learns its own perturbation scale for, beginning at --sigma:"
                    + " ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}). Likelihood ratio only.")
    private ScaleChoice scale = DEFAULT.estimator().scale();

    @Option(
            names = "--site-space",
            paramLabel = "NAME",
            description =
                    "What sites perturb: ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}). With measured each site"
                            + " chooses activations or weights by pilots, whose queries come on top of the budget."
                            + " Layer-wise likelihood ratio with fixed scales only.")
    private SpaceChoice space = DEFAULT.estimator().space();

    @Option(
            names = "--train",
            paramLabel = "PART",
            description =
                    "What is trained: ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}). With head the body stays"
                            + " frozen: the control for training the body. With lora, lora-fa, prompt and input-prompt an"
                            + " adapter is attached and trained together with the head.")
    private TrainedPart trained = DEFAULT.trained();

    @ArgGroup(exclusive = false, heading = "%nAdapters (--train lora, prompt or input-prompt):%n")
    private AdapterArguments adapters = new AdapterArguments();

    @Option(
            names = "--allocator",
            paramLabel = "NAME",
            description = "How queries are shared among examples: ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}).")
    private AllocatorChoice allocator = DEFAULT.allocation().allocator();

    @Option(
            names = "--budget",
            paramLabel = "N",
            description =
                    "Queries per step, clean forwards included (default: a few samples per example on average), or auto:"
                            + " the run spends the same in all, and each step as many samples as gain most per query, by what"
                            + " the steps before it measured; auto-flops: per floating-point operation.")
    private @Nullable BudgetArgument budget;

    @Option(names = "--steps", paramLabel = "N", description = "Training steps (default: the task's).")
    private @Nullable Integer steps;

    @Option(names = "--batch", paramLabel = "N", description = "Examples per step (default ${DEFAULT-VALUE}).")
    private int batch = DEFAULT.batch();

    @Option(names = "--lr", paramLabel = "R", description = "Peak learning rate (default: the task's).")
    private @Nullable Double learningRate;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of everything random (default ${DEFAULT-VALUE}).")
    private long seed = DEFAULT.seed();

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads that compute; they change no result (default here ${DEFAULT-VALUE}).")
    private int threads = DEFAULT.threads();

    @Option(
            names = "--simd",
            paramLabel = "WIDTH",
            description = "Vector width: ${COMPLETION-CANDIDATES}; it changes no result (default ${DEFAULT-VALUE}).")
    private SimdWidth simd = DEFAULT.simd();

    /** Creates options that all have their defaults. */
    TrainOptions() {}

    private TaskChoice task() {
        if (task != null) {
            return task;
        }
        boolean changed = model != null || data != null || dataDirectory != null;
        return changed ? TaskChoice.SCRATCH : TaskChoice.DIGITS;
    }

    /** The task that is asked for; parts refuse what is out of their range. */
    TaskConfig toConfig() {
        try {
            TaskConfig preset = task().config();
            return preset.but()
                    .model(model == null ? preset.model() : model.config())
                    .training(trained, adapters.toOptions())
                    .data(new DataConfig(
                            data == null ? preset.data().set() : data,
                            Optional.ofNullable(dataDirectory),
                            preset.data().probeExamples(),
                            shots == null ? OptionalInt.empty() : OptionalInt.of(shots)))
                    .estimator(new EstimatorConfig(
                            estimator,
                            scheme == null ? estimator.schemes().getFirst() : scheme,
                            sigma,
                            scale,
                            space,
                            preset.estimator().samplesPerChunk()))
                    .allocation(
                            new AllocationConfig(allocator, preset.allocation().memoryWeight()))
                    .budget(budget == null ? preset.budget() : budget.over(preset.budget()))
                    .learningRate(learningRate == null ? preset.optimizer().learningRate() : learningRate)
                    .steps(steps == null ? preset.steps() : steps)
                    .batch(batch)
                    .seed(seed)
                    .threads(threads)
                    .simd(simd)
                    .build();
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }
}
