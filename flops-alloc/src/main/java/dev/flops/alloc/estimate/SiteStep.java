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
     * @throws IllegalArgumentException if the allocation is not of this batch and these sites
     * @throws NumericalException if a perturbed loss or the gradient is not finite
     */
    SiteEstimate estimate(SiteAllocation allocation);

    /**
     * {@link #estimate(SiteAllocation)} into an array of the caller's.
     *
     * @param allocation samples per example and site, the sites in the order of the estimator
     * @param gradient overwritten with ĝ, whole; of the dimension of the trained parameters
     * @return the estimate, whose gradient is that array
     * @throws IllegalArgumentException if the allocation is not of this batch and these sites, or the array of another length
     * @throws NumericalException if a perturbed loss or the gradient is not finite
     */
    SiteEstimate estimateInto(SiteAllocation allocation, float[] gradient);
}
