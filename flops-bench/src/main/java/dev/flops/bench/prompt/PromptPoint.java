package dev.flops.bench.prompt;

import org.jspecify.annotations.Nullable;

/**
 * A point of a tuning's curve; a line of {@code metrics.jsonl}.
 *
 * @param step steps done
 * @param queries queries spent
 * @param meanLoss mean loss of the step's queries, in nats; null before the first step
 * @param validationAccuracy share of the validation digits read rightly; its forwards are no queries
 * @param validationLoss mean loss on them, in nats
 * @param seconds wall time since the start, evaluations included
 */
public record PromptPoint(
        int step,
        long queries,
        @Nullable Double meanLoss,
        double validationAccuracy,
        double validationLoss,
        double seconds) {}
