package dev.flops.bench.task;

import dev.flops.alloc.estimate.SiteNoise;
import dev.flops.alloc.train.Evaluation;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a task has come to.
 *
 * @param config what was asked for
 * @param description what was assembled
 * @param stepsDone steps done
 * @param steps steps that the whole run has; as far as one can tell where it was stopped and a rule chooses what each spends
 * @param interrupted whether it was stopped before the last step
 * @param test accuracy and loss on the test set
 * @param costs what was spent
 * @param seconds wall time from the first step to the end of the last evaluation
 * @param parametersSha256 digest of the trained parameters, see {@link ParametersDigest}
 * @param noise what each site perturbs at the end, and with which scale, in the order of sites; empty for an estimator without
 * @param allocation what allocation was worth
 */
public record TaskResult(
        TaskConfig config,
        TaskDescription description,
        int stepsDone,
        int steps,
        boolean interrupted,
        Evaluation test,
        TaskCosts costs,
        double seconds,
        String parametersSha256,
        Map<String, SiteNoise> noise,
        AllocationSummary allocation) {
    /** Copies the noise. */
    public TaskResult {
        noise = Collections.unmodifiableMap(new LinkedHashMap<>(noise));
    }
}
