package dev.flops.tensor.internal.kernel;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reductions along rows with an array of 16 lanes: the specification of the vector kernels. */
final class ScalarRowKernels implements RowKernels {
    private static final int LANES = 16;
    private static final int LANE = LANES - 1;

    @Override
    public float sum(int n, float[] x, int xOffset) {
        return sum(n, x, xOffset, new float[LANES]);
    }

    @Override
    public float sumOfSquares(int n, float[] x, int xOffset) {
        return dot(n, x, xOffset, x, xOffset);
    }

    @Override
    public float dot(int n, float[] x, int xOffset, float[] y, int yOffset) {
        float[] lanes = new float[LANES];
        for (int j = 0; j < n; j++) {
            lanes[j & LANE] = Math.fma(x[xOffset + j], y[yOffset + j], lanes[j & LANE]);
        }
        return fold(lanes);
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
        float[] lanes = new float[LANES];
        for (int row = 0; row < rows; row++) {
            int from = xOffset + row * n;
            int to = outOffset + row * n;
            float mean = sum(n, x, from, lanes) / n;
            Arrays.fill(lanes, 0f);
            for (int j = 0; j < n; j++) {
                float d = x[from + j] - mean;
                lanes[j & LANE] = Math.fma(d, d, lanes[j & LANE]);
            }
            float r = 1f / (float) Math.sqrt(fold(lanes) / n + epsilon);
            for (int j = 0; j < n; j++) {
                float normalised = (x[from + j] - mean) * r;
                out[to + j] = gamma == null || beta == null
                        ? normalised
                        : Math.fma(normalised, gamma[gammaOffset + j], beta[betaOffset + j]);
            }
        }
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
        for (int row = 0; row < rows; row++) {
            int from = xOffset + row * n;
            float r = 1f / (float) Math.sqrt(sumOfSquares(n, x, from) / n + epsilon);
            for (int j = 0; j < n; j++) {
                float normalised = x[from + j] * r;
                out[outOffset + row * n + j] = gamma == null ? normalised : normalised * gamma[gammaOffset + j];
            }
        }
    }

    @Override
    public void softmax(int rows, int n, float[] x, int xOffset, int ldx, float[] out, int outOffset, int ldOut) {
        float[] lanes = new float[LANES];
        for (int row = 0; row < rows; row++) {
            int from = xOffset + row * ldx;
            int to = outOffset + row * ldOut;
            float max = max(n, x, from, lanes);
            for (int j = 0; j < n; j++) {
                out[to + j] = FloatMath.exp(x[from + j] - max);
            }
            float factor = 1f / sum(n, out, to, lanes);
            for (int j = 0; j < n; j++) {
                out[to + j] *= factor;
            }
        }
    }

    @Override
    public void logSoftmax(int rows, int n, float[] x, int xOffset, float[] out, int outOffset) {
        float[] lanes = new float[LANES];
        for (int row = 0; row < rows; row++) {
            int from = xOffset + row * n;
            float max = max(n, x, from, lanes);
            float logSum = FloatMath.log(sumOfExp(n, x, from, max, lanes));
            for (int j = 0; j < n; j++) {
                out[outOffset + row * n + j] = x[from + j] - max - logSum;
            }
        }
    }

    @Override
    public void crossEntropy(
            int rows, int n, float[] x, int xOffset, int[] labels, int labelOffset, float[] losses, int lossOffset) {
        float[] lanes = new float[LANES];
        for (int row = 0; row < rows; row++) {
            int from = xOffset + row * n;
            float max = max(n, x, from, lanes);
            float logSum = FloatMath.log(sumOfExp(n, x, from, max, lanes));
            losses[lossOffset + row] = logSum - (x[from + labels[labelOffset + row]] - max);
        }
    }

    private static float sum(int n, float[] x, int xOffset, float[] lanes) {
        Arrays.fill(lanes, 0f);
        for (int j = 0; j < n; j++) {
            lanes[j & LANE] += x[xOffset + j];
        }
        return fold(lanes);
    }

    private static float sumOfExp(int n, float[] x, int xOffset, float max, float[] lanes) {
        Arrays.fill(lanes, 0f);
        for (int j = 0; j < n; j++) {
            lanes[j & LANE] += FloatMath.exp(x[xOffset + j] - max);
        }
        return fold(lanes);
    }

    private static float max(int n, float[] x, int xOffset, float[] lanes) {
        Arrays.fill(lanes, Float.NEGATIVE_INFINITY);
        for (int j = 0; j < n; j++) {
            lanes[j & LANE] = Math.max(lanes[j & LANE], x[xOffset + j]);
        }
        for (int width = LANES / 2; width > 0; width /= 2) {
            for (int lane = 0; lane < width; lane++) {
                lanes[lane] = Math.max(lanes[lane], lanes[lane + width]);
            }
        }
        return lanes[0];
    }

    private static float fold(float[] lanes) {
        for (int width = LANES / 2; width > 0; width /= 2) {
            for (int lane = 0; lane < width; lane++) {
                lanes[lane] += lanes[lane + width];
            }
        }
        return lanes[0];
    }
}
