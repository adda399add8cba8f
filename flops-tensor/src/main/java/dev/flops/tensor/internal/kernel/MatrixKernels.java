package dev.flops.tensor.internal.kernel;

import dev.flops.api.Distribution;
import dev.flops.api.NoiseAddress;
import org.jspecify.annotations.Nullable;

/**
 * Matrix products. Element (i, j) is ONE chain c = fma(A[i,p], B[p,j], c) for p = 0..k−1 in order, starting from +0
 * (or from C's value when accumulating), whatever the tile or block sizes; then the bias is added. Check-free.
 */
public interface MatrixKernels {
    /**
     * Floats of scratch memory that {@link #multiply} and {@link #packTransposedPerturbed} need, a constant of the
     * implementation.
     */
    int scratchLength();

    /** Floats that a packed k × n matrix takes; zero padding of ragged panels included. */
    int packedLength(int k, int n);

    /** Packs B (k × n, element (p, j) at b[bOffset + p·ldb + j]). */
    void pack(int k, int n, float[] b, int bOffset, int ldb, float[] packed, int packedOffset);

    /** Packs Wᵀ as B: W is n × k, B[p, j] = w[wOffset + j·ldw + p]. */
    void packTransposed(int k, int n, float[] w, int wOffset, int ldw, float[] packed, int packedOffset);

    /**
     * Packs (W + σ ε)ᵀ as B and, of a pair, (W − σ ε)ᵀ after it, without materialising W + σ ε; ε is generated once for both.
     * B[p, j] = fma(±sigma, ε(first + j·ldNoise + p), W[j, p]), W[j, p] = w[wOffset + j·ldw + p]; the second matrix begins at
     * packedOffset + packedLength(k, n).
     */
    void packTransposedPerturbed(
            int k,
            int n,
            float[] w,
            int wOffset,
            int ldw,
            Distribution distribution,
            NoiseAddress noise,
            long first,
            int ldNoise,
            float sigma,
            boolean pair,
            float[] packed,
            int packedOffset,
            float[] scratch);

    /**
     * C = A·B + bias, or C += A·B when accumulating. A[i, p] = a[aOffset + i·aRowStride + p·aColumnStride]; C[i, j] at
     * c[cOffset + i·ldc + j]. C must not overlap A. {@code bias} (length n at biasOffset) may be null.
     */
    void multiply(
            int m,
            int n,
            int k,
            float[] a,
            int aOffset,
            int aRowStride,
            int aColumnStride,
            float[] packed,
            int packedOffset,
            boolean accumulate,
            float @Nullable [] bias,
            int biasOffset,
            float[] c,
            int cOffset,
            int ldc,
            float[] scratch);
}
