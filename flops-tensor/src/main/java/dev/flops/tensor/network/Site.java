package dev.flops.tensor.network;

import dev.flops.api.PerturbationSite;

/**
 * A perturbation site of a network: where noise is added, and how noise there becomes a gradient.
 *
 * @param id name and index
 * @param contraction from scores to gradients of the parameters behind the site
 */
public record Site(PerturbationSite id, ScoreContraction contraction) {
    /**
     * Position among the sites of the network.
     *
     * @return from 0
     */
    public int index() {
        return id.index();
    }

    /**
     * The stable name.
     *
     * @return the name
     */
    public String name() {
        return id.name();
    }
}
