package dev.flops.tensor.internal.kernel;

import dev.flops.api.Distribution;
import dev.flops.api.NoiseAddress;
import org.jspecify.annotations.Nullable;

/**
 * Matrix products without vectors, the specification of all others. B is packed as it is, k rows of n. Eight chains at a
 * time: a loop over j with the chains in memory would be shorter, but the compiler vectorises it only when it can tell
 * that rows of B and C do not overlap.
 */
final class ScalarMatrixKernels implements MatrixKernels {
    /** Elements of a row that {@link #packTransposedPerturbed} perturbs at a time; a multiple of the noise's group of 32. */
    private static final int NOISE_BLOCK = 1024;

    private final NoiseKernels noiseKernels;

    ScalarMatrixKernels(NoiseKernels noiseKernels) {
        this.noiseKernels = noiseKernels;
    }

    @Override
    public int scratchLength() {
        return NOISE_BLOCK;
    }

    @Override
    public int packedLength(int k, int n) {
        return k * n;
    }

    @Override
    public void pack(int k, int n, float[] b, int bOffset, int ldb, float[] packed, int packedOffset) {
        for (int p = 0; p < k; p++) {
            System.arraycopy(b, bOffset + p * ldb, packed, packedOffset + p * n, n);
        }
    }

    @Override
    public void packTransposed(int k, int n, float[] w, int wOffset, int ldw, float[] packed, int packedOffset) {
        for (int j = 0; j < n; j++) {
            for (int p = 0; p < k; p++) {
                packed[packedOffset + p * n + j] = w[wOffset + j * ldw + p];
            }
        }
    }

    @Override
    public void packTransposedPerturbed(
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
            float[] scratch) {
        for (int j = 0; j < n; j++) {
            for (int p = 0; p < k; p += NOISE_BLOCK) {
                int block = Math.min(NOISE_BLOCK, k - p);
                noiseKernels.fill(
                        distribution,
                        noise.key().words(),
                        noise.counter1(),
                        first + (long) j * ldNoise + p,
                        block,
                        scratch,
                        0);
                for (int s = 0; s < (pair ? 2 : 1); s++) {
                    float scale = s == 0 ? sigma : -sigma;
                    int to = packedOffset + (s * k + p) * n + j;
                    for (int q = 0; q < block; q++) {
                        packed[to + q * n] = Math.fma(scale, scratch[q], w[wOffset + j * ldw + p + q]);
                    }
                }
            }
        }
    }

    @Override
    public void multiply(
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
            float[] scratch) {
        for (int i = 0; i < m; i++) {
            int row = aOffset + i * aRowStride;
            int out = cOffset + i * ldc;
            int j = 0;
            for (; j <= n - 8; j += 8) {
                extendEight(k, a, row, aColumnStride, packed, packedOffset + j, n, accumulate, c, out + j);
            }
            for (; j < n; j++) {
                extend(k, a, row, aColumnStride, packed, packedOffset + j, n, accumulate, c, out + j);
            }
            if (bias != null) {
                addBias(n, bias, biasOffset, c, out);
            }
        }
    }

    /** The chain of one element. */
    private static void extend(
            int k,
            float[] a,
            int aOffset,
            int aStride,
            float[] b,
            int bOffset,
            int ldb,
            boolean accumulate,
            float[] c,
            int cOffset) {
        float chain = accumulate ? c[cOffset] : 0;
        for (int p = 0; p < k; p++) {
            chain = Math.fma(a[aOffset + p * aStride], b[bOffset + p * ldb], chain);
        }
        c[cOffset] = chain;
    }

    /** The chains of eight neighbours, which need not wait for each other. */
    private static void extendEight(
            int k,
            float[] a,
            int aOffset,
            int aStride,
            float[] b,
            int bOffset,
            int ldb,
            boolean accumulate,
            float[] c,
            int cOffset) {
        float c0 = accumulate ? c[cOffset] : 0;
        float c1 = accumulate ? c[cOffset + 1] : 0;
        float c2 = accumulate ? c[cOffset + 2] : 0;
        float c3 = accumulate ? c[cOffset + 3] : 0;
        float c4 = accumulate ? c[cOffset + 4] : 0;
        float c5 = accumulate ? c[cOffset + 5] : 0;
        float c6 = accumulate ? c[cOffset + 6] : 0;
        float c7 = accumulate ? c[cOffset + 7] : 0;
        for (int p = 0; p < k; p++) {
            float factor = a[aOffset + p * aStride];
            int row = bOffset + p * ldb;
            c0 = Math.fma(factor, b[row], c0);
            c1 = Math.fma(factor, b[row + 1], c1);
            c2 = Math.fma(factor, b[row + 2], c2);
            c3 = Math.fma(factor, b[row + 3], c3);
            c4 = Math.fma(factor, b[row + 4], c4);
            c5 = Math.fma(factor, b[row + 5], c5);
            c6 = Math.fma(factor, b[row + 6], c6);
            c7 = Math.fma(factor, b[row + 7], c7);
        }
        c[cOffset] = c0;
        c[cOffset + 1] = c1;
        c[cOffset + 2] = c2;
        c[cOffset + 3] = c3;
        c[cOffset + 4] = c4;
        c[cOffset + 5] = c5;
        c[cOffset + 6] = c6;
        c[cOffset + 7] = c7;
    }

    private static void addBias(int n, float[] bias, int biasOffset, float[] c, int cOffset) {
        for (int j = 0; j < n; j++) {
            c[cOffset + j] += bias[biasOffset + j];
        }
    }
}
