package dev.flops.alloc.estimate;

/**
 * Configuration of the likelihood-ratio estimator.
 *
 * @param mode which sites a query perturbs
 * @param scheme how a sample is formed
 * @param sigma perturbation scale σ of every site, &gt; 0
 * @param samplesPerChunk samples that one task runs as rows of the same matrix products, at least 1; it bounds memory
 *     and changes no result in layer-wise mode
 */
public record LikelihoodRatioConfig(SiteMode mode, SamplingScheme scheme, float sigma, int samplesPerChunk) {
    /** Layer-wise, clean-loss baseline, σ = 0.05, chunks of 32. */
    public static final LikelihoodRatioConfig DEFAULT =
            new LikelihoodRatioConfig(SiteMode.LAYER_WISE, SamplingScheme.CLEAN_BASELINE, 0.05f, 32);

    /** Checks the ranges. */
    public LikelihoodRatioConfig {
        if (!(sigma > 0) || Float.isInfinite(sigma)) {
            throw new IllegalArgumentException("sigma = " + sigma + ", expected a finite number > 0");
        }
        if (samplesPerChunk < 1) {
            throw new IllegalArgumentException("samplesPerChunk = " + samplesPerChunk + ", expected >= 1");
        }
    }
}
