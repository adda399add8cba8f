package dev.flops.bench.task;

/**
 * How a task estimates gradients.
 *
 * @param estimator the estimator
 * @param scheme how a sample is formed, one that the estimator knows
 * @param sigma perturbation scale σ, &gt; 0
 * @param scale what the scales of the sites are learned for; {@link ScaleChoice#FIXED} for estimators without sites
 * @param space what the sites perturb; {@link SpaceChoice#ACTIVATIONS} for estimators that are not layer-wise
 * @param samplesPerChunk samples that one task of the estimator runs together; bounds memory
 */
public record EstimatorConfig(
        EstimatorChoice estimator,
        SchemeChoice scheme,
        float sigma,
        ScaleChoice scale,
        SpaceChoice space,
        int samplesPerChunk) {
    /** Checks the ranges. */
    public EstimatorConfig {
        if (!estimator.schemes().contains(scheme)) {
            throw new IllegalArgumentException("scheme = " + scheme + " with estimator = " + estimator
                    + ", expected one of " + estimator.schemes());
        }
        if (!(sigma > 0) || Float.isInfinite(sigma)) {
            throw new IllegalArgumentException("sigma = " + sigma + ", expected a finite number > 0");
        }
        if (scale != ScaleChoice.FIXED && !estimator.hasSites()) {
            throw new IllegalArgumentException("scale = " + scale + " with estimator = " + estimator + ", expected "
                    + ScaleChoice.FIXED + ": it perturbs no sites");
        }
        if (space == SpaceChoice.MEASURED
                && (estimator != EstimatorChoice.LR_LAYERWISE || scale != ScaleChoice.FIXED)) {
            throw new IllegalArgumentException("space = " + space + " with estimator = " + estimator + " and scale = "
                    + scale + ", expected " + EstimatorChoice.LR_LAYERWISE + " and " + ScaleChoice.FIXED);
        }
        if (samplesPerChunk < 1) {
            throw new IllegalArgumentException("samplesPerChunk = " + samplesPerChunk + ", expected >= 1");
        }
    }
}
