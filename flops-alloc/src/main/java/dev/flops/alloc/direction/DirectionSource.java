package dev.flops.alloc.direction;

import dev.flops.api.NoiseAddress;
import dev.flops.tensor.Tensor;

/** Regenerates directions from their addresses. An instance serves one thread; what it keeps is a cache. */
@FunctionalInterface
public interface DirectionSource {
    /**
     * out[outRow] = fma(scale, ε, x[xRow]).
     *
     * @param sample address of the sample, with site 0; a function of it and {@code member} alone decides ε
     * @param member index of the direction in its sample, 0 ≤ member &lt; K
     * @param scale factor of ε, negative for the partner of a pair
     * @param x (E, d), not modified
     * @param xRow row of x
     * @param out (R, d), modified; may be x
     * @param outRow row of out
     */
    void addInto(NoiseAddress sample, int member, float scale, Tensor x, int xRow, Tensor out, int outRow);
}
