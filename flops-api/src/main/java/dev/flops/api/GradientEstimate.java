package dev.flops.api;

/**
 * An estimate of ∇L = (1/B) Σ ∇ℓ_i.
 *
 * @param gradient ĝ in the layout of {@link Parameters#values()}; 0 where nothing is trainable
 * @param sampleVariances v̂_i, an estimate of the variance (trace of the covariance) of one sample of example i's
 *     gradient, a by-product of the samples that costs no query; length B
 * @param meanLoss mean over the batch of the clean losses, or of the perturbed losses when no clean forward was run
 */
public record GradientEstimate(float[] gradient, double[] sampleVariances, double meanLoss) {}
