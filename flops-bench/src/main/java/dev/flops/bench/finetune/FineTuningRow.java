package dev.flops.bench.finetune;

import dev.flops.bench.compare.Interval;
import org.jspecify.annotations.Nullable;

/**
 * What one method came to with one part.
 *
 * @param method {@code none}, {@code forward} or {@code backpropagation}
 * @param part the trained selection of parameters; {@code none} for the network as pre-trained
 * @param trained trained scalars
 * @param learningRate the rate that the search chose; null where nothing is trained
 * @param testAccuracy mean and interval over the seeds; for the network as pre-trained its one accuracy, thrice
 * @param share of backpropagation's mean accuracy with the same part; null where there is none
 * @param queries forward passes of one run; those of backpropagation each have a backward pass besides, of about twice the cost
 * @param seconds median wall time of training and evaluation
 */
public record FineTuningRow(
        String method,
        String part,
        int trained,
        @Nullable Double learningRate,
        Interval testAccuracy,
        @Nullable Double share,
        long queries,
        double seconds) {}
