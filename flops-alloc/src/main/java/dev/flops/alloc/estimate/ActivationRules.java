package dev.flops.alloc.estimate;

import dev.flops.api.RandomKey;

/**
 * What lifts an estimate of ∂ℓ/∂a to one of the gradient. Kept in one place so that tests can put a wrong rule in the place of
 * each and show that the proofs reject it.
 *
 * @param key key of the perturbations of a site
 * @param share factor of an example's estimate
 */
record ActivationRules(KeyRule key, ShareRule share) {
    /** The right ones. */
    static final ActivationRules RIGHT =
            new ActivationRules(RandomKey::forSite, (weight, samples, batchSize, totalSamples) -> weight / batchSize);

    /** A key of each site's own. */
    @FunctionalInterface
    interface KeyRule {
        RandomKey key(RandomKey step, int site);
    }

    /** ω_i/B: samples were averaged by the site's estimator. */
    @FunctionalInterface
    interface ShareRule {
        double share(double weight, int samples, int batchSize, int totalSamples);
    }
}
