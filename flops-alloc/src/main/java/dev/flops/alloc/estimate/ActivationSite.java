package dev.flops.alloc.estimate;

import dev.flops.api.Allocation;
import dev.flops.api.CostLedger;
import dev.flops.api.GradientEstimate;
import dev.flops.api.GradientEstimator;
import dev.flops.api.NumericalException;
import dev.flops.api.Parameters;
import dev.flops.api.RandomKey;
import dev.flops.tensor.network.Site;

/** A site whose activations are the parameters of an estimator; one example at a time. */
record ActivationSite(Site site, Parameters activations, SuffixObjective suffix, GradientEstimator estimator) {
    /** An estimator for the activations of one site, if it is one that can be lifted. */
    static ActivationSite of(Site site, Parameters activations, SuffixObjective suffix, SiteEstimatorFactory factory) {
        GradientEstimator estimator;
        try {
            estimator = factory.create(site, suffix, activations);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "site " + site.name() + " of " + activations.dimension() + " activations: " + e.getMessage(), e);
        }
        if (!estimator.parameters().sharesValuesWith(activations)) {
            throw new IllegalArgumentException("estimator " + estimator.name() + " of site " + site.name()
                    + " has parameters of its own, expected the activations that it was given");
        }
        ActivationChecks.requireLiftable(site, estimator);
        return new ActivationSite(site, activations, suffix, estimator);
    }

    int dimension() {
        return activations.dimension();
    }

    /**
     * Estimates ∂ℓ_i/∂a of the example at a position of the batch.
     *
     * @param pilot whether the samples only inform an allocation
     * @param spent modified: receives what the estimator computes
     */
    GradientEstimate estimate(
            int step,
            int example,
            int position,
            int samples,
            RandomKey key,
            boolean pilot,
            Replayer replayer,
            CostLedger spent) {
        suffix.open(example, position, replayer, activations.values());
        try {
            GradientEstimator.Step open = estimator.begin(step, new int[] {example}, key, spent);
            suffix.sample();
            return pilot ? open.pilot(Allocation.of(samples)) : open.estimate(Allocation.of(samples));
        } catch (NumericalException e) {
            NumericalException named = new NumericalException(e.getMessage() + ", at site " + site.name());
            named.initCause(e);
            throw named;
        } finally {
            suffix.close();
        }
    }
}
