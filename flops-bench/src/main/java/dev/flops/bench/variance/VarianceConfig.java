package dev.flops.bench.variance;

import dev.flops.bench.task.AllocatorChoice;
import dev.flops.bench.task.TaskConfig;
import java.util.List;

/**
 * What to measure. The network is trained with equal allocation and the task's samples per example, while every allocator
 * learns from the variances of those steps; at each share of the steps training pauses for the measurement.
 *
 * @param task the task; its allocation is not used
 * @param percents shares of the steps in percent, ascending, in [0, 100]
 * @param allocators what is measured, the equal allocation excepted, which always is
 * @param samplesPerExample samples per example on average of a measured estimate, at least 2
 * @param batches batches at each share, at least 2: they are what the intervals are over
 * @param repeats estimates per batch and allocator, at least 2
 * @param budgets samples per example on average at which the cosine with the true gradient is measured; at least 1 each
 * @param confidence of the intervals, in (0, 1)
 */
public record VarianceConfig(
        TaskConfig task,
        List<Integer> percents,
        List<AllocatorChoice> allocators,
        int samplesPerExample,
        int batches,
        int repeats,
        List<Integer> budgets,
        double confidence) {
    private static final int WHOLE = 100;

    /** Checks the ranges. */
    public VarianceConfig {
        percents = List.copyOf(percents);
        allocators = List.copyOf(allocators);
        budgets = List.copyOf(budgets);
        for (int i = 0; i < percents.size(); i++) {
            int least = i == 0 ? 0 : percents.get(i - 1) + 1;
            if (percents.get(i) < least || percents.get(i) > WHOLE) {
                throw new IllegalArgumentException(
                        "at[" + i + "] = " + percents.get(i) + ", expected " + least + " to 100, ascending");
            }
        }
        requireAtLeast("at, number of shares", percents.size(), 1);
        requireAtLeast("samples", samplesPerExample, 2);
        requireAtLeast("batches", batches, 2);
        requireAtLeast("repeats", repeats, 2);
        for (int budget : budgets) {
            requireAtLeast("budgets", budget, 1);
        }
        for (AllocatorChoice allocator : allocators) {
            if (!MEASURABLE.contains(allocator)) {
                throw new IllegalArgumentException("allocators holds " + allocator
                        + ", expected allocators of examples without a pilot: " + MEASURABLE);
            }
        }
        if (!(confidence > 0 && confidence < 1)) {
            throw new IllegalArgumentException("confidence = " + confidence + ", expected in (0, 1)");
        }
    }

    /** Allocators of examples that spend nothing but samples. */
    public static final List<AllocatorChoice> MEASURABLE = List.of(
            AllocatorChoice.GAUSSIAN,
            AllocatorChoice.GAUSSIAN_LIKELIHOOD_RATIO,
            AllocatorChoice.GAUSSIAN_POSITIVE_PART,
            AllocatorChoice.GAUSSIAN_SLOPE_ONLY,
            AllocatorChoice.GAUSSIAN_WITHOUT_SLOPE,
            AllocatorChoice.GAUSSIAN_FIXED,
            AllocatorChoice.NEYMAN,
            AllocatorChoice.NEYMAN_EL2N,
            AllocatorChoice.NEYMAN_LOSS,
            AllocatorChoice.BERNOULLI,
            AllocatorChoice.IMPORTANCE,
            AllocatorChoice.POOLED_BIASED);

    private static void requireAtLeast(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(name + " = " + value + ", expected >= " + least);
        }
    }
}
