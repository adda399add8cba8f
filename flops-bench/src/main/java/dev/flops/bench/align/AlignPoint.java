package dev.flops.bench.align;

import org.jspecify.annotations.Nullable;

/**
 * A point of an alignment's curve; a line of {@code metrics.jsonl}.
 *
 * @param seed seed of the run
 * @param step steps done
 * @param queries queries spent
 * @param meanLoss mean loss of the batches since the point before, in nats; null before the first step
 * @param imageToText10 share of held-out pictures whose own text is among the ten nearest; looked at, not learned from
 * @param seconds wall time since the start of the run
 */
public record AlignPoint(
        long seed, int step, long queries, @Nullable Double meanLoss, double imageToText10, double seconds) {}
