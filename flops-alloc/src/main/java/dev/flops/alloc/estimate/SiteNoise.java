package dev.flops.alloc.estimate;

/**
 * How one site is perturbed.
 *
 * @param space what noise is added to
 * @param sigma its scale σ_j, &gt; 0
 */
public record SiteNoise(PerturbedSpace space, float sigma) {
    /** Checks the range. */
    public SiteNoise {
        if (!(sigma > 0) || Float.isInfinite(sigma)) {
            throw new IllegalArgumentException("sigma = " + sigma + ", expected a finite number > 0");
        }
    }

    /**
     * Noise at the activations.
     *
     * @param sigma scale
     * @return the noise
     */
    public static SiteNoise activations(float sigma) {
        return new SiteNoise(new PerturbedSpace.Activations(), sigma);
    }
}
