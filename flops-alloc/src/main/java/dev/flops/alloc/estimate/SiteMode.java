package dev.flops.alloc.estimate;

/** Which perturbation sites one query perturbs. */
public enum SiteMode {
    /** One site at a time; a query runs only the suffix behind its site, and each sample costs one query per site. */
    LAYER_WISE,
    /** All sites in one forward; each sees the others' noise as extra variance, and the loss is smoothed at all sites. */
    ALL_SITES
}
