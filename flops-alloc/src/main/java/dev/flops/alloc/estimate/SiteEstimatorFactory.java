package dev.flops.alloc.estimate;

import dev.flops.api.GradientEstimator;
import dev.flops.api.Objective;
import dev.flops.api.Parameters;
import dev.flops.tensor.network.Site;

/** Makes the estimator of ∂ℓ/∂a at one site of a network. */
@FunctionalInterface
public interface SiteEstimatorFactory {
    /**
     * Makes an estimator whose parameters are the activations of one example.
     *
     * @param site the site
     * @param suffix the loss of an example of the data set as a function of its activations a at the site; it runs what lies behind the
     *     site, and only while the step of an {@link ActivationEstimator} asks for it
     * @param activations where the clean activations will stand, all trainable: one entry with the name of the site, of shape (T, m)
     *     for T &gt; 1 tokens or positions of m features, (m) for one. Their values change from example to example
     * @return an estimator of exactly these parameters. What it remembers, such as a running mean, is its own: a factory
     *     makes a new {@link Baseline} with a memory for each site
     * @throws IllegalArgumentException if there is no such estimator for so many activations
     */
    GradientEstimator create(Site site, Objective suffix, Parameters activations);
}
