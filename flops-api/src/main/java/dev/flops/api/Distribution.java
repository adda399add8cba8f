package dev.flops.api;

/** The distribution of one element of a perturbation direction ε; both have mean 0 and variance 1. */
public enum Distribution {
    /** Standard normal N(0, 1). */
    GAUSSIAN,
    /** +1 or −1 with probability ½ each. */
    RADEMACHER
}
