package dev.flops.bench.load;

import dev.flops.bench.task.AllocationConfig;
import dev.flops.bench.task.AllocatorChoice;
import dev.flops.bench.task.BudgetConfig;
import dev.flops.bench.task.DataConfig;
import dev.flops.bench.task.TaskConfig;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/** A training of the small vision transformer on a few images of a folder. */
final class SmallTask {
    private SmallTask() {}

    static TaskConfig config(Path data, AllocatorChoice allocator, int steps, long seed) {
        return TaskConfig.SCRATCH
                .but()
                .data(new DataConfig(DataConfig.DataChoice.FASHION_MNIST, Optional.of(data), 0))
                .allocation(new AllocationConfig(
                        allocator, TaskConfig.SCRATCH.allocation().memoryWeight()))
                .budget(new BudgetConfig(OptionalLong.empty(), 2, 1))
                .steps(steps)
                .batch(4)
                .seed(seed)
                .threads(3)
                .build();
    }
}
