package dev.flops.tensor.internal.kernel;

/** Elementwise maps. Outputs may be the same array and offset as an input, but not otherwise overlap. Check-free. */
public interface ElementwiseKernels {
    /** out = a + b. */
    void add(int n, float[] a, int aOffset, float[] b, int bOffset, float[] out, int outOffset);

    /** out = a · b. */
    void multiply(int n, float[] a, int aOffset, float[] b, int bOffset, float[] out, int outOffset);

    /** out = factor · x. */
    void scale(int n, float factor, float[] x, int xOffset, float[] out, int outOffset);

    /** y = fma(alpha, x, y). */
    void axpy(int n, float alpha, float[] x, int xOffset, float[] y, int yOffset);

    /** out[r, j] = x[r, j] + vector[j] for each of the rows of length n. */
    void addRow(int rows, int n, float[] x, int xOffset, float[] vector, int vectorOffset, float[] out, int outOffset);

    /** out[r, j] = fma(x[r, j], scale[j], shift[j]) for each of the rows of length n. */
    void affineRow(
            int rows,
            int n,
            float[] x,
            int xOffset,
            float[] scale,
            int scaleOffset,
            float[] shift,
            int shiftOffset,
            float[] out,
            int outOffset);

    /** out[r, j] = (x[r, j] − mean[j]) · scale[j] for each of the rows of length n. */
    void standardizeRow(
            int rows,
            int n,
            float[] x,
            int xOffset,
            float[] mean,
            int meanOffset,
            float[] scale,
            int scaleOffset,
            float[] out,
            int outOffset);

    /** sum[j] = chain over rows r, in order, of sum[j] + x[r, j], starting from sum's value. */
    void addColumnSums(int rows, int n, float[] x, int xOffset, float[] sum, int sumOffset);

    /** sum[j] = chain over rows r, in order, of fma(x[r, j], y[r, j], sum[j]), starting from sum's value. */
    void addColumnDots(int rows, int n, float[] x, int xOffset, float[] y, int yOffset, float[] sum, int sumOffset);

    /** out = max(x, +0), with Math.max's NaN and signed-zero rules. */
    void relu(int n, float[] x, int xOffset, float[] out, int outOffset);

    /** out = x Φ(x) (GELU, Hendrycks and Gimpel 2016), Φ through erf, and erfc in the tail. */
    void gelu(int n, float[] x, int xOffset, float[] out, int outOffset);

    /** out = x / (1 + e⁻ˣ) (SiLU, Hendrycks and Gimpel 2016); −0 at −∞. */
    void silu(int n, float[] x, int xOffset, float[] out, int outOffset);

    /** out = e^x. */
    void exp(int n, float[] x, int xOffset, float[] out, int outOffset);

    /** out = ln x. */
    void log(int n, float[] x, int xOffset, float[] out, int outOffset);

    /** out = tanh x; +0 for −0. */
    void tanh(int n, float[] x, int xOffset, float[] out, int outOffset);

    /** out = sin x for |x| up to the float 2π; NaN beyond. */
    void sin(int n, float[] x, int xOffset, float[] out, int outOffset);

    /** out = cos x for |x| up to the float 2π; NaN beyond. */
    void cos(int n, float[] x, int xOffset, float[] out, int outOffset);

    /** out = erf x. */
    void erf(int n, float[] x, int xOffset, float[] out, int outOffset);
}
