package dev.flops.alloc.train;

/**
 * How well a network does on a data set.
 *
 * @param accuracy share of examples whose largest logit is their label, in [0, 1]
 * @param loss mean cross-entropy, in nats
 * @param examples number of examples
 */
public record Evaluation(double accuracy, double loss, int examples) {}
