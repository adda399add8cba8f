package dev.flops.tensor;

import dev.flops.api.Distribution;
import dev.flops.api.NoiseAddress;

/**
 * A perturbation of parameters, θ + σ ε, or both members of a pair, θ ± σ ε. Where it is a pair, the rows of an operation's
 * input are split in two halves: the first meets θ + σ ε, the second θ − σ ε.
 *
 * @param distribution of ε
 * @param noise address of ε; element e belongs to value e of θ
 * @param sigma σ; may be negative
 * @param pair whether θ − σ ε is meant as well
 */
public record Perturbation(Distribution distribution, NoiseAddress noise, float sigma, boolean pair) {
    /**
     * Number of points.
     *
     * @return 2 for a pair, else 1
     */
    public int variants() {
        return pair ? 2 : 1;
    }

    /**
     * What ε is multiplied by.
     *
     * @param variant 0, or 1 for the partner in a pair
     * @return σ or −σ
     */
    public float scale(int variant) {
        return variant == 0 ? sigma : -sigma;
    }
}
