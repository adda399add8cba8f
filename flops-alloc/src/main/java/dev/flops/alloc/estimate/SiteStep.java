package dev.flops.alloc.estimate;

import dev.flops.api.GradientEstimator;
import dev.flops.api.NumericalException;
import dev.flops.api.SiteAllocation;

/** A step of a layer-wise estimator, whose samples may be allocated to examples and sites together. */
public interface SiteStep extends GradientEstimator.Step {
    /**
     * What one sample costs at each site: floating-point operations of the forward behind it, for one example and all queries of a
     * sample, as if nothing behind the site were independent of it, and two per element of the site's output for the
     * contraction.
     *
     * @return c_j, in the order of the estimator's sites
     */
    double[] siteCosts();

    /**
     * Draws the perturbations and estimates the gradient.
     *
     * @param allocation samples per example and site, the sites in the order of the estimator
     * @return the estimate
     * @throws NumericalException if a perturbed loss or the gradient is not finite
     */
    SiteEstimate estimate(SiteAllocation allocation);
}
