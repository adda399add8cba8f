package dev.flops.tensor.internal.kernel;

import dev.flops.api.Distribution;
import dev.flops.api.NoiseAddress;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Matrix products without vectors, the specification of all others. B is packed as it is, k rows of n. The loops over j
 * hold independent elements, so that a compiler may vectorise them.
 */
final class ScalarMatrixKernels implements MatrixKernels {
    /** Columns that {@link #packTransposedPerturbed} perturbs at a time; a multiple of the noise's group of 32. */
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
            float sigma,
            NoiseAddress noise,
            float[] packed,
            int packedOffset,
            float[] scratch) {
        for (int j = 0; j < n; j++) {
            for (int p = 0; p < k; p += NOISE_BLOCK) {
                int block = Math.min(NOISE_BLOCK, k - p);
                noiseKernels.addScaled(
                        distribution, noise, (long) j * k + p, block, sigma, w, wOffset + j * ldw + p, scratch, 0);
                for (int q = 0; q < block; q++) {
                    packed[packedOffset + (p + q) * n + j] = scratch[q];
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
            int row = cOffset + i * ldc;
            if (!accumulate) {
                Arrays.fill(c, row, row + n, 0);
            }
            for (int p = 0; p < k; p++) {
                addMultiple(n, a[aOffset + i * aRowStride + p * aColumnStride], packed, packedOffset + p * n, c, row);
            }
            if (bias != null) {
                addBias(n, bias, biasOffset, c, row);
            }
        }
    }

    private static void addMultiple(int n, float factor, float[] b, int bOffset, float[] c, int cOffset) {
        for (int j = 0; j < n; j++) {
            c[cOffset + j] = Math.fma(factor, b[bOffset + j], c[cOffset + j]);
        }
    }

    private static void addBias(int n, float[] bias, int biasOffset, float[] c, int cOffset) {
        for (int j = 0; j < n; j++) {
            c[cOffset + j] += bias[biasOffset + j];
        }
    }
}
