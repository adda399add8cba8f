package dev.flops.tensor;

import dev.flops.api.Distribution;
import dev.flops.api.NoiseAddress;
import dev.flops.api.RandomKey;
import dev.flops.tensor.internal.kernel.Kernels;
import java.util.Objects;

/**
 * Unit noise from keys.
 */
public final class NoiseOps {
    private final Kernels kernels;

    NoiseOps(Kernels kernels) {
        this.kernels = kernels;
    }

    /**
     * out = ε, elements 0, 1, ... of the address.
     *
     * @param distribution of ε
     * @param noise address of ε
     * @param out any shape, modified
     */
    public void noiseInto(Distribution distribution, NoiseAddress noise, Tensor out) {
        kernels.noise()
                .fill(
                        distribution,
                        noise.key().words(),
                        noise.counter1(),
                        0,
                        out.elements(),
                        out.array(),
                        out.offset());
    }

    /**
     * out = fma(sigma, ε, x).
     *
     * @param distribution of ε
     * @param noise address of ε
     * @param sigma scale, negative for the antithetic partner
     * @param x any shape, not modified
     * @param out as many elements, modified; may be x
     */
    public void addNoiseInto(Distribution distribution, NoiseAddress noise, float sigma, Tensor x, Tensor out) {
        Checks.requireElements("out", out, x.elements());
        kernels.noise()
                .addScaled(
                        distribution,
                        noise.key().words(),
                        noise.counter1(),
                        0,
                        x.elements(),
                        sigma,
                        x.array(),
                        x.offset(),
                        out.array(),
                        out.offset());
    }

    /**
     * out[outRow] = fma(sigma, ε, x[xRow]) for one entry of the first axis each; ε begins at element 0 of the address of a key and a
     * counter.
     *
     * @param distribution of ε
     * @param key words of the key of ε, see {@link RandomKey#words}
     * @param counter1 second counter word of ε, see {@link NoiseAddress#counter1(int, int)}
     * @param sigma scale, negative for the antithetic partner
     * @param x (E, ...), not modified
     * @param xRow entry of x
     * @param out (R, ...) with entries of the same size, modified; may be x
     * @param outRow entry of out
     */
    public void addNoiseToRowInto(
            Distribution distribution,
            long key,
            int counter1,
            float sigma,
            Tensor x,
            int xRow,
            Tensor out,
            int outRow) {
        int n = x.elements() / x.shape().extent(0);
        Checks.requireElements("out", out, n * out.shape().extent(0));
        Objects.checkIndex(xRow, x.shape().extent(0));
        Objects.checkIndex(outRow, out.shape().extent(0));
        kernels.noise()
                .addScaled(
                        distribution,
                        key,
                        counter1,
                        0,
                        n,
                        sigma,
                        x.array(),
                        x.offset() + xRow * n,
                        out.array(),
                        out.offset() + outRow * n);
    }

    /**
     * As {@link #addNoiseToRowInto(Distribution, long, int, float, Tensor, int, Tensor, int)}.
     *
     * @param distribution of ε
     * @param noise address of ε
     * @param sigma scale, negative for the antithetic partner
     * @param x (E, ...), not modified
     * @param xRow entry of x
     * @param out (R, ...) with entries of the same size, modified; may be x
     * @param outRow entry of out
     */
    public void addNoiseToRowInto(
            Distribution distribution, NoiseAddress noise, float sigma, Tensor x, int xRow, Tensor out, int outRow) {
        addNoiseToRowInto(distribution, noise.key().words(), noise.counter1(), sigma, x, xRow, out, outRow);
    }

    /**
     * out[outOffset + e] = fma(sigma, ε(first + e), x[xOffset + e]) for e = 0 .. length − 1: a piece of a direction, the same
     * bits as in the whole.
     *
     * @param distribution of ε
     * @param noise address of ε
     * @param first element of ε that the piece begins with, at least 0
     * @param length number of elements
     * @param sigma scale, negative for the antithetic partner
     * @param x not modified
     * @param xOffset first element of x
     * @param out modified; may be x
     * @param outOffset first element of out
     */
    public void addNoisePieceInto(
            Distribution distribution,
            NoiseAddress noise,
            long first,
            int length,
            float sigma,
            float[] x,
            int xOffset,
            float[] out,
            int outOffset) {
        if (first < 0) {
            throw new IllegalArgumentException("first = " + first + ", expected >= 0");
        }
        Objects.checkFromIndexSize(xOffset, length, x.length);
        Objects.checkFromIndexSize(outOffset, length, out.length);
        kernels.noise()
                .addScaled(
                        distribution,
                        noise.key().words(),
                        noise.counter1(),
                        first,
                        length,
                        sigma,
                        x,
                        xOffset,
                        out,
                        outOffset);
    }
}
