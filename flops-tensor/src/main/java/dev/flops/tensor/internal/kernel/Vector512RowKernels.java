package dev.flops.tensor.internal.kernel;

import org.jspecify.annotations.Nullable;

/** Reductions and normalisations along rows by vectors, one class for each kind. */
final class Vector512RowKernels implements RowKernels {
    @Override
    public float sum(int n, float[] x, int xOffset) {
        return Vector512Sums.sum(n, x, xOffset);
    }

    @Override
    public float sumOfSquares(int n, float[] x, int xOffset) {
        return Vector512Sums.dot(n, x, xOffset, x, xOffset);
    }

    @Override
    public float dot(int n, float[] x, int xOffset, float[] y, int yOffset) {
        return Vector512Sums.dot(n, x, xOffset, y, yOffset);
    }

    @Override
    public void layerNorm(
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
            int outOffset) {
        Vector512LayerNorm.layerNorm(
                rows, n, x, xOffset, gamma, gammaOffset, beta, betaOffset, epsilon, out, outOffset);
    }

    @Override
    public void rmsNorm(
            int rows,
            int n,
            float[] x,
            int xOffset,
            float @Nullable [] gamma,
            int gammaOffset,
            float epsilon,
            float[] out,
            int outOffset) {
        Vector512RmsNorm.rmsNorm(rows, n, x, xOffset, gamma, gammaOffset, epsilon, out, outOffset);
    }

    @Override
    public void softmax(int rows, int n, float[] x, int xOffset, int ldx, float[] out, int outOffset, int ldOut) {
        Vector512Softmax.softmax(rows, n, x, xOffset, ldx, out, outOffset, ldOut);
    }

    @Override
    public void logSoftmax(int rows, int n, float[] x, int xOffset, float[] out, int outOffset) {
        Vector512Softmax.logSoftmax(rows, n, x, xOffset, out, outOffset);
    }

    @Override
    public void crossEntropy(
            int rows, int n, float[] x, int xOffset, int[] labels, int labelOffset, float[] losses, int lossOffset) {
        Vector512Softmax.crossEntropy(rows, n, x, xOffset, labels, labelOffset, losses, lossOffset);
    }
}
