package dev.flops.bench.task;

import dev.flops.models.data.FashionMnist;
import dev.flops.models.vision.SmallCnnConfig;
import dev.flops.models.vision.VisionTransformerConfig;
import dev.flops.tensor.spec.SimdWidth;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A training task, whole: two runs of one configuration give the same parameters, bit for bit, whatever
 * {@code threads} and {@code simd}.
 *
 * @param model the network
 * @param data the examples
 * @param estimator how gradients are estimated
 * @param trained which parameters are trained
 * @param allocation how the budget is spent over the examples
 * @param budget what a step may spend
 * @param optimizer how gradients become steps
 * @param steps number of steps, at least 1
 * @param batch examples per step B, at least 1
 * @param seed seed of everything random
 * @param threads threads that compute, at least 1
 * @param simd vector width
 * @param report how often to measure
 */
public record TaskConfig(
        ModelConfig model,
        DataConfig data,
        EstimatorConfig estimator,
        TrainedPart trained,
        AllocationConfig allocation,
        BudgetConfig budget,
        OptimizerConfig optimizer,
        int steps,
        int batch,
        long seed,
        int threads,
        SimdWidth simd,
        ReportConfig report) {

    private static final int ADAPTING_PROBE = 100;
    private static final int ADAPTING_STEPS = 1500;
    private static final double ADAPTING_RATE = 3e-3;

    /** The small vision transformer of {@code ./flops train}: 7 × 7 patches, width 48, two blocks. */
    public static final ModelConfig VIT = new ModelConfig.Vit(
            new VisionTransformerConfig(FashionMnist.SIDE, 1, 7, 48, 2, 3, 192, FashionMnist.CLASSES));

    /** The small convolutional network of {@code ./flops train --model cnn}. */
    public static final ModelConfig CNN =
            new ModelConfig.Cnn(new SmallCnnConfig(FashionMnist.SIDE, 1, List.of(8, 16, 32), FashionMnist.CLASSES));

    /** The small vision transformer from random weights on Fashion-MNIST; other tasks are described by how they differ. */
    public static final TaskConfig SCRATCH = new TaskConfig(
            VIT,
            new DataConfig(DataConfig.DataChoice.FASHION_MNIST, Optional.empty(), 500),
            new EstimatorConfig(
                    EstimatorChoice.LR_LAYERWISE,
                    SchemeChoice.CLEAN,
                    0.05f,
                    ScaleChoice.FIXED,
                    SpaceChoice.ACTIVATIONS,
                    32),
            TrainedPart.MATRICES,
            new AllocationConfig(AllocatorChoice.GAUSSIAN, 0.5),
            new BudgetConfig(OptionalLong.empty(), 2, 1),
            new OptimizerConfig(1.5e-3, 0, 0),
            15000,
            64,
            1,
            Runtime.getRuntime().availableProcessors(),
            SimdWidth.AUTO,
            new ReportConfig(10, 100));

    /**
     * Fine-tuning: the embedded pre-trained network, adapted by forward passes to data it has not seen.
     *
     * @param data the data set
     * @return {@link #SCRATCH} with that network, that data, and the length and rate that suit them
     */
    public static TaskConfig adapting(DataConfig.DataChoice data) {
        return SCRATCH.but()
                .model(new ModelConfig.Pretrained())
                .data(new DataConfig(data, Optional.empty(), ADAPTING_PROBE))
                .learningRate(ADAPTING_RATE)
                .steps(ADAPTING_STEPS)
                .build();
    }

    /**
     * Begins a task that differs from this one.
     *
     * @return a builder that holds this task
     */
    public TaskConfigBuilder but() {
        return new TaskConfigBuilder(this);
    }

    /** Checks the ranges that no part checks itself. */
    public TaskConfig {
        requireAtLeast("steps", steps);
        requireAtLeast("batch", batch);
        requireAtLeast("threads", threads);
    }

    /**
     * Name of the task for reports and run names.
     *
     * @return model and data set, as in {@code vit-fashion-mnist}
     */
    public String taskName() {
        return model.name() + "-" + data.set();
    }

    private static void requireAtLeast(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " = " + value + ", expected >= 1");
        }
    }
}
