package dev.flops.tensor.internal.kernel;

import org.jspecify.annotations.Nullable;

/** A softmax for tests of attention alone, as a function of the row; the other reductions are not used there. */
final class PlainSoftmax implements RowKernels {
    @Override
    public void softmax(int rows, int n, float[] x, int xOffset, int ldx, float[] out, int outOffset, int ldOut) {
        for (int r = 0; r < rows; r++) {
            float max = Float.NEGATIVE_INFINITY;
            for (int j = 0; j < n; j++) {
                max = Math.max(max, x[xOffset + r * ldx + j]);
            }
            double sum = 0;
            for (int j = 0; j < n; j++) {
                sum += StrictMath.exp(x[xOffset + r * ldx + j] - max);
            }
            for (int j = 0; j < n; j++) {
                out[outOffset + r * ldOut + j] = (float) (StrictMath.exp(x[xOffset + r * ldx + j] - max) / sum);
            }
        }
    }

    @Override
    public float sum(int n, float[] x, int xOffset) {
        throw new UnsupportedOperationException();
    }

    @Override
    public float sumOfSquares(int n, float[] x, int xOffset) {
        throw new UnsupportedOperationException();
    }

    @Override
    public float dot(int n, float[] x, int xOffset, float[] y, int yOffset) {
        throw new UnsupportedOperationException();
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
        throw new UnsupportedOperationException();
    }

    @Override
    public void logSoftmax(int rows, int n, float[] x, int xOffset, float[] out, int outOffset) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void crossEntropy(
            int rows, int n, float[] x, int xOffset, int[] labels, int labelOffset, float[] losses, int lossOffset) {
        throw new UnsupportedOperationException();
    }
}
