package dev.flops.tensor.internal.kernel;

import org.jspecify.annotations.Nullable;

/**
 * Reductions and normalisations along rows. A reduction of a row of length n uses 16 virtual lanes: element j joins
 * lane j mod 16, each lane one chain in order of j starting from +0 (−∞ for max); then lanes fold as l += l+8, l+4,
 * l+2, l+1. Outputs may be the same array and offset as the input. Check-free.
 */
public interface RowKernels {
    /** Σ x. */
    float sum(int n, float[] x, int xOffset);

    /** Σ x², lanes by fma(x, x, lane). */
    float sumOfSquares(int n, float[] x, int xOffset);

    /** Σ x·y, lanes by fma(x, y, lane). */
    float dot(int n, float[] x, int xOffset, float[] y, int yOffset);

    /**
     * Layer normalisation (Ba, Kiros, Hinton 2016) of each row: mean = Σx / n; d = x − mean; var = Σd² / n (lanes by
     * fma); r = 1 / √(var + epsilon); x̂ = d · r; out = fma(x̂, gamma, beta), or x̂ itself when gamma and beta are null.
     */
    void layerNorm(
            int rows,
            int n,
            float[] x,
            int xOffset,
            float @Nullable [] gamma,
            int gammaOffset,
            float @Nullable [] beta,
            int betaOffset,
            float epsilon,
            float[] out,
            int outOffset);

    /**
     * Root-mean-square normalisation (Zhang and Sennrich, NeurIPS 2019) of each row: r = 1 / √(Σx² / n + epsilon), lanes
     * by fma; x̂ = x · r; out = x̂ · gamma, or x̂ itself when gamma is null.
     */
    void rmsNorm(
            int rows,
            int n,
            float[] x,
            int xOffset,
            float @Nullable [] gamma,
            int gammaOffset,
            float epsilon,
            float[] out,
            int outOffset);

    /** Each row: m = max; e = exp(x − m); out = e · (1 / Σe). Rows of x and out are ldx and ldOut apart. */
    void softmax(int rows, int n, float[] x, int xOffset, int ldx, float[] out, int outOffset, int ldOut);

    /** Each row: out = (x − m) − ln Σ exp(x − m). */
    void logSoftmax(int rows, int n, float[] x, int xOffset, float[] out, int outOffset);

    /** losses[r] = ln Σ exp(x[r,·] − m) − (x[r, label] − m), the cross-entropy of row r with labels[labelOffset + r]. */
    void crossEntropy(
            int rows, int n, float[] x, int xOffset, int[] labels, int labelOffset, float[] losses, int lossOffset);
}
