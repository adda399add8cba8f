package dev.flops.tensor.internal.kernel;

/** Elementwise maps, one element at a time: the specification of the vector kernels. */
final class ScalarElementwiseKernels implements ElementwiseKernels {
    @Override
    public void add(int n, float[] a, int aOffset, float[] b, int bOffset, float[] out, int outOffset) {
        for (int i = 0; i < n; i++) {
            out[outOffset + i] = a[aOffset + i] + b[bOffset + i];
        }
    }

    @Override
    public void multiply(int n, float[] a, int aOffset, float[] b, int bOffset, float[] out, int outOffset) {
        for (int i = 0; i < n; i++) {
            out[outOffset + i] = a[aOffset + i] * b[bOffset + i];
        }
    }

    @Override
    public void scale(int n, float factor, float[] x, int xOffset, float[] out, int outOffset) {
        for (int i = 0; i < n; i++) {
            out[outOffset + i] = factor * x[xOffset + i];
        }
    }

    @Override
    public void axpy(int n, float alpha, float[] x, int xOffset, float[] y, int yOffset) {
        for (int i = 0; i < n; i++) {
            y[yOffset + i] = Math.fma(alpha, x[xOffset + i], y[yOffset + i]);
        }
    }

    @Override
    public void addRow(
            int rows, int n, float[] x, int xOffset, float[] vector, int vectorOffset, float[] out, int outOffset) {
        for (int r = 0; r < rows; r++) {
            for (int j = 0; j < n; j++) {
                out[outOffset + r * n + j] = x[xOffset + r * n + j] + vector[vectorOffset + j];
            }
        }
    }

    @Override
    public void affineRow(
            int rows,
            int n,
            float[] x,
            int xOffset,
            float[] scale,
            int scaleOffset,
            float[] shift,
            int shiftOffset,
            float[] out,
            int outOffset) {
        for (int r = 0; r < rows; r++) {
            for (int j = 0; j < n; j++) {
                out[outOffset + r * n + j] =
                        Math.fma(x[xOffset + r * n + j], scale[scaleOffset + j], shift[shiftOffset + j]);
            }
        }
    }

    @Override
    public void standardizeRow(
            int rows,
            int n,
            float[] x,
            int xOffset,
            float[] mean,
            int meanOffset,
            float[] scale,
            int scaleOffset,
            float[] out,
            int outOffset) {
        for (int r = 0; r < rows; r++) {
            for (int j = 0; j < n; j++) {
                out[outOffset + r * n + j] = (x[xOffset + r * n + j] - mean[meanOffset + j]) * scale[scaleOffset + j];
            }
        }
    }

    @Override
    public void addColumnSums(int rows, int n, float[] x, int xOffset, float[] sum, int sumOffset) {
        for (int r = 0; r < rows; r++) {
            for (int j = 0; j < n; j++) {
                sum[sumOffset + j] += x[xOffset + r * n + j];
            }
        }
    }

    @Override
    public void addColumnDots(
            int rows, int n, float[] x, int xOffset, float[] y, int yOffset, float[] sum, int sumOffset) {
        for (int r = 0; r < rows; r++) {
            for (int j = 0; j < n; j++) {
                int at = r * n + j;
                sum[sumOffset + j] = Math.fma(x[xOffset + at], y[yOffset + at], sum[sumOffset + j]);
            }
        }
    }

    @Override
    public void relu(int n, float[] x, int xOffset, float[] out, int outOffset) {
        for (int i = 0; i < n; i++) {
            out[outOffset + i] = Math.max(x[xOffset + i], 0f);
        }
    }

    @Override
    public void gelu(int n, float[] x, int xOffset, float[] out, int outOffset) {
        for (int i = 0; i < n; i++) {
            out[outOffset + i] = FloatMath.gelu(x[xOffset + i]);
        }
    }

    @Override
    public void exp(int n, float[] x, int xOffset, float[] out, int outOffset) {
        for (int i = 0; i < n; i++) {
            out[outOffset + i] = FloatMath.exp(x[xOffset + i]);
        }
    }

    @Override
    public void log(int n, float[] x, int xOffset, float[] out, int outOffset) {
        for (int i = 0; i < n; i++) {
            out[outOffset + i] = FloatMath.log(x[xOffset + i]);
        }
    }

    @Override
    public void tanh(int n, float[] x, int xOffset, float[] out, int outOffset) {
        for (int i = 0; i < n; i++) {
            out[outOffset + i] = FloatMath.tanh(x[xOffset + i]);
        }
    }

    @Override
    public void erf(int n, float[] x, int xOffset, float[] out, int outOffset) {
        for (int i = 0; i < n; i++) {
            out[outOffset + i] = FloatMath.erf(x[xOffset + i]);
        }
    }

    @Override
    public void silu(int n, float[] x, int xOffset, float[] out, int outOffset) {
        for (int i = 0; i < n; i++) {
            out[outOffset + i] = FloatMath.silu(x[xOffset + i]);
        }
    }

    @Override
    public void sin(int n, float[] x, int xOffset, float[] out, int outOffset) {
        for (int i = 0; i < n; i++) {
            out[outOffset + i] = FloatMath.sin(x[xOffset + i]);
        }
    }

    @Override
    public void cos(int n, float[] x, int xOffset, float[] out, int outOffset) {
        for (int i = 0; i < n; i++) {
            out[outOffset + i] = FloatMath.cos(x[xOffset + i]);
        }
    }
}
