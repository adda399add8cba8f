package dev.flops.alloc.estimate;

import dev.flops.api.GradientEstimate;

/**
 * A layer-wise estimate with what was measured at each site.
 *
 * @param estimate the estimate; its v̂_i is Σ_j v̂_ij, what one sample of example i at every site has
 * @param siteVariances v̂_ij, the second moment of one sample of example i at site j: B rows, one entry per site
 */
public record SiteEstimate(GradientEstimate estimate, double[][] siteVariances) {}
