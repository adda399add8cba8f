package dev.flops.bench.compare;

/**
 * What the search chooses for each arm.
 *
 * @param learningRate peak learning rate η, &gt; 0
 * @param sigma perturbation scale σ, &gt; 0
 */
public record Setting(double learningRate, float sigma) {}
