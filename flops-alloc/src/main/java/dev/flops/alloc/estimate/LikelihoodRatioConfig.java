package dev.flops.alloc.estimate;

/**
 * Configuration of the likelihood-ratio estimator.
 *
 * @param mode which sites a query perturbs
 * @param scheme how a sample is formed
 * @param sigma perturbation scale σ of every site, &gt; 0
 * @param samplesPerChunk samples that one task runs as rows of the same matrix products, at least 1; it bounds memory
 *     and changes no result in layer-wise mode
 * @param recordedExamples examples whose clean activations are kept at a time, at least 1. With fewer than the batch has,
 *     those of the others are computed again when their turn comes: less memory, no other result, and about one more clean
 *     forward per example, which the ledger counts and no budget is charged for. Layer-wise mode only; {@link #ALL} otherwise
 * @param scales what the scales of the sites are learned for, {@link ScaleObjective#FIXED} for not at all
 */
public record LikelihoodRatioConfig(
        SiteMode mode,
        SamplingScheme scheme,
        float sigma,
        int samplesPerChunk,
        int recordedExamples,
        ScaleObjective scales) {
    /** Clean activations of the whole batch are kept. */
    public static final int ALL = Integer.MAX_VALUE;

    /** Layer-wise, clean-loss baseline, σ = 0.05, chunks of 32. */
    public static final LikelihoodRatioConfig DEFAULT =
            new LikelihoodRatioConfig(SiteMode.LAYER_WISE, SamplingScheme.CLEAN_BASELINE, 0.05f, 32);

    /**
     * A configuration that keeps the clean activations of the whole batch.
     *
     * @param mode which sites a query perturbs
     * @param scheme how a sample is formed
     * @param sigma perturbation scale
     * @param samplesPerChunk samples of one task
     */
    public LikelihoodRatioConfig(SiteMode mode, SamplingScheme scheme, float sigma, int samplesPerChunk) {
        this(mode, scheme, sigma, samplesPerChunk, ALL);
    }

    /**
     * A configuration with fixed scales.
     *
     * @param mode which sites a query perturbs
     * @param scheme how a sample is formed
     * @param sigma perturbation scale
     * @param samplesPerChunk samples of one task
     * @param recordedExamples examples whose clean activations are kept at a time
     */
    public LikelihoodRatioConfig(
            SiteMode mode, SamplingScheme scheme, float sigma, int samplesPerChunk, int recordedExamples) {
        this(mode, scheme, sigma, samplesPerChunk, recordedExamples, ScaleObjective.FIXED);
    }

    /**
     * The same with scales that are learned.
     *
     * @param objective what for; σ is where they begin
     * @return the configuration
     */
    public LikelihoodRatioConfig withScales(ScaleObjective objective) {
        return new LikelihoodRatioConfig(mode, scheme, sigma, samplesPerChunk, recordedExamples, objective);
    }

    /** Checks the ranges. */
    public LikelihoodRatioConfig {
        if (!(sigma > 0) || Float.isInfinite(sigma)) {
            throw new IllegalArgumentException("sigma = " + sigma + ", expected a finite number > 0");
        }
        if (samplesPerChunk < 1) {
            throw new IllegalArgumentException("samplesPerChunk = " + samplesPerChunk + ", expected >= 1");
        }
        if (recordedExamples < 1) {
            throw new IllegalArgumentException("recordedExamples = " + recordedExamples + ", expected >= 1");
        }
        if (recordedExamples != ALL && mode != SiteMode.LAYER_WISE) {
            throw new IllegalArgumentException("recordedExamples = " + recordedExamples + " with mode " + mode
                    + ", expected " + ALL + ", that is all: only layer-wise samples are taken example by example");
        }
    }
}
