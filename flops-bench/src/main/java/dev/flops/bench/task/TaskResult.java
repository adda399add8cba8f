package dev.flops.bench.task;

import dev.flops.alloc.train.Evaluation;

/**
 * What a task has come to.
 *
 * @param config what was asked for
 * @param description what was assembled
 * @param stepsDone steps done
 * @param interrupted whether it was stopped before the last step
 * @param test accuracy and loss on the test set
 * @param costs what was spent
 * @param seconds wall time from the first step to the end of the last evaluation
 * @param parametersSha256 digest of the trained parameters, see {@link ParametersDigest}
 * @param allocation what allocation was worth
 */
public record TaskResult(
        TaskConfig config,
        TaskDescription description,
        int stepsDone,
        boolean interrupted,
        Evaluation test,
        TaskCosts costs,
        double seconds,
        String parametersSha256,
        AllocationSummary allocation) {}
