package dev.flops.bench.load;

import dev.flops.bench.task.AllocationConfig;
import dev.flops.bench.task.AllocatorChoice;
import dev.flops.bench.task.BudgetConfig;
import dev.flops.bench.task.DataConfig;
import dev.flops.bench.task.TaskConfig;
import dev.flops.tensor.spec.SimdWidth;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/** A training of the small vision transformer on a few images of a folder. */
final class SmallTask {
    private static final TaskConfig DEFAULT = TaskConfig.DEFAULT;

    private SmallTask() {}

    static TaskConfig config(Path data, AllocatorChoice allocator, int steps, long seed) {
        return new TaskConfig(
                DEFAULT.model(),
                new DataConfig(DataConfig.DataChoice.FASHION_MNIST, Optional.of(data), 0),
                DEFAULT.estimator(),
                DEFAULT.trained(),
                new AllocationConfig(allocator, DEFAULT.allocation().memoryWeight()),
                new BudgetConfig(OptionalLong.empty(), 2, 1),
                DEFAULT.optimizer(),
                steps,
                4,
                seed,
                3,
                SimdWidth.AUTO,
                DEFAULT.report());
    }
}
