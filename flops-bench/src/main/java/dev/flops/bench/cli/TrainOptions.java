package dev.flops.bench.cli;

import dev.flops.bench.task.AllocationConfig;
import dev.flops.bench.task.AllocatorChoice;
import dev.flops.bench.task.BudgetConfig;
import dev.flops.bench.task.DataConfig;
import dev.flops.bench.task.EstimatorChoice;
import dev.flops.bench.task.EstimatorConfig;
import dev.flops.bench.task.OptimizerConfig;
import dev.flops.bench.task.SchemeChoice;
import dev.flops.bench.task.TaskConfig;
import dev.flops.bench.task.TrainedPart;
import dev.flops.bench.task.UsageException;
import dev.flops.tensor.spec.SimdWidth;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a training is told on the command line; everything else, and every default, is {@link TaskConfig#DEFAULT}. */
final class TrainOptions {
    private static final TaskConfig DEFAULT = TaskConfig.DEFAULT;

    @Option(
            names = "--task",
            paramLabel = "NAME",
            description =
                    "Network, data and settings together: ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}). With"
                            + " scratch weights begin at random; the others adapt the embedded pre-trained network to"
                            + " handwritten digits, or to rotated or inverted Fashion-MNIST. Other options change a task.")
    private TaskChoice task = TaskChoice.SCRATCH;

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
            names = "--train",
            paramLabel = "PART",
            description =
                    "What is trained: ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}). With head the body stays"
                            + " random and frozen: the control for training the body.")
    private TrainedPart trained = DEFAULT.trained();

    @Option(
            names = "--allocator",
            paramLabel = "NAME",
            description = "How queries are shared among examples: ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}).")
    private AllocatorChoice allocator = DEFAULT.allocation().allocator();

    @Option(
            names = "--budget",
            paramLabel = "N",
            description = "Queries per step, clean forwards included (default: a few samples per example on average).")
    private @Nullable Long budget;

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

    /** The task that is asked for; parts refuse what is out of their range. */
    TaskConfig toConfig() {
        try {
            TaskConfig preset = task.config();
            OptimizerConfig optimizer = preset.optimizer();
            return new TaskConfig(
                    model == null ? preset.model() : model.config(),
                    new DataConfig(
                            data == null ? preset.data().set() : data,
                            Optional.ofNullable(dataDirectory),
                            preset.data().probeExamples(),
                            shots == null ? OptionalInt.empty() : OptionalInt.of(shots)),
                    new EstimatorConfig(
                            estimator,
                            scheme == null ? estimator.schemes().getFirst() : scheme,
                            sigma,
                            DEFAULT.estimator().samplesPerChunk()),
                    trained,
                    new AllocationConfig(allocator, DEFAULT.allocation().memoryWeight()),
                    new BudgetConfig(
                            budget == null ? DEFAULT.budget().queries() : OptionalLong.of(budget),
                            DEFAULT.budget().samplesPerExample(),
                            DEFAULT.budget().minimumSamples()),
                    new OptimizerConfig(
                            learningRate == null ? optimizer.learningRate() : learningRate,
                            optimizer.warmupSteps(),
                            optimizer.finalFraction()),
                    steps == null ? preset.steps() : steps,
                    batch,
                    seed,
                    threads,
                    simd,
                    DEFAULT.report());
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }
}
