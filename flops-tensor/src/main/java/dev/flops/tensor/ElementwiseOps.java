package dev.flops.tensor;

import dev.flops.tensor.internal.kernel.Kernels;
import java.util.Objects;

/**
 * Elementwise maps and column sums.
 */
public final class ElementwiseOps {
    private final Kernels kernels;

    ElementwiseOps(Kernels kernels) {
        this.kernels = kernels;
    }

    /**
     * out = a + b, elementwise.
     *
     * @param a any shape, not modified
     * @param b as many elements, not modified
     * @param out as many elements, modified; may be a or b
     */
    public void addInto(Tensor a, Tensor b, Tensor out) {
        Checks.requireElements("b", b, a.elements());
        Checks.requireElements("out", out, a.elements());
        kernels.elementwise()
                .add(a.elements(), a.array(), a.offset(), b.array(), b.offset(), out.array(), out.offset());
    }

    /**
     * out = a · b, elementwise.
     *
     * @param a any shape, not modified
     * @param b as many elements, not modified
     * @param out as many elements, modified; may be a or b
     */
    public void multiplyElementsInto(Tensor a, Tensor b, Tensor out) {
        Checks.requireElements("b", b, a.elements());
        Checks.requireElements("out", out, a.elements());
        kernels.elementwise()
                .multiply(a.elements(), a.array(), a.offset(), b.array(), b.offset(), out.array(), out.offset());
    }

    /**
     * out = factor · x.
     *
     * @param factor the factor
     * @param x any shape, not modified
     * @param out as many elements, modified; may be x
     */
    public void scaleInto(float factor, Tensor x, Tensor out) {
        Checks.requireElements("out", out, x.elements());
        kernels.elementwise().scale(x.elements(), factor, x.array(), x.offset(), out.array(), out.offset());
    }

    /**
     * y = fma(alpha, x, y), elementwise.
     *
     * @param alpha the factor
     * @param x any shape, not modified
     * @param y as many elements, modified
     */
    public void axpyInPlace(float alpha, Tensor x, Tensor y) {
        Checks.requireElements("y", y, x.elements());
        kernels.elementwise().axpy(x.elements(), alpha, x.array(), x.offset(), y.array(), y.offset());
    }

    /**
     * out[r, ·] = x[r, ·] + row.
     *
     * @param x (..., n), not modified
     * @param row (n), not modified
     * @param out as x, modified; may be x
     */
    public void addRowInto(Tensor x, Tensor row, Tensor out) {
        int n = x.shape().extent(-1);
        Checks.requireElements("row", row, n);
        Checks.requireElements("out", out, x.elements());
        kernels.elementwise()
                .addRow(Checks.rows(x), n, x.array(), x.offset(), row.array(), row.offset(), out.array(), out.offset());
    }

    /**
     * sums += Σ_r x[r, ·], row by row: one chain per column.
     *
     * @param x (..., n), not modified
     * @param sums (n), modified
     */
    public void addColumnSumsInPlace(Tensor x, Tensor sums) {
        Checks.requireElements("sums", sums, x.shape().extent(-1));
        addColumnSumsInPlace(x, sums.array(), sums.offset());
    }

    /**
     * sums[offset + c] += Σ_r x[r, c], row by row: one chain per column.
     *
     * @param x (..., n), not modified
     * @param sums modified
     * @param offset index of the first of n sums
     */
    public void addColumnSumsInPlace(Tensor x, float[] sums, int offset) {
        int n = x.shape().extent(-1);
        Objects.checkFromIndexSize(offset, n, sums.length);
        kernels.elementwise().addColumnSums(Checks.rows(x), n, x.array(), x.offset(), sums, offset);
    }

    /**
     * sums += Σ_r x[r, ·] · y[r, ·], row by row: one fma chain per column.
     *
     * @param x (..., n), not modified
     * @param y as x, not modified
     * @param sums (n), modified
     */
    public void addColumnDotsInPlace(Tensor x, Tensor y, Tensor sums) {
        Checks.requireElements("sums", sums, x.shape().extent(-1));
        addColumnDotsInPlace(x, y, sums.array(), sums.offset());
    }

    /**
     * sums[offset + c] += Σ_r x[r, c] · y[r, c], row by row: one fma chain per column.
     *
     * @param x (..., n), not modified
     * @param y as x, not modified
     * @param sums modified
     * @param offset index of the first of n sums
     */
    public void addColumnDotsInPlace(Tensor x, Tensor y, float[] sums, int offset) {
        int n = x.shape().extent(-1);
        Checks.requireElements("y", y, x.elements());
        Objects.checkFromIndexSize(offset, n, sums.length);
        kernels.elementwise()
                .addColumnDots(Checks.rows(x), n, x.array(), x.offset(), y.array(), y.offset(), sums, offset);
    }

    /**
     * out = max(x, 0).
     *
     * @param x any shape, not modified
     * @param out as many elements, modified; may be x
     */
    public void reluInto(Tensor x, Tensor out) {
        Checks.requireElements("out", out, x.elements());
        kernels.elementwise().relu(x.elements(), x.array(), x.offset(), out.array(), out.offset());
    }

    /**
     * out = x Φ(x), the Gaussian error linear unit (Hendrycks and Gimpel 2016), exact (erf) form.
     *
     * @param x any shape, not modified
     * @param out as many elements, modified; may be x
     */
    public void geluInto(Tensor x, Tensor out) {
        Checks.requireElements("out", out, x.elements());
        kernels.elementwise().gelu(x.elements(), x.array(), x.offset(), out.array(), out.offset());
    }

    /**
     * out = x / (1 + e⁻ˣ), the sigmoid linear unit (Hendrycks and Gimpel 2016); error below 3.35 ulp; −0 at −∞.
     *
     * @param x any shape, not modified
     * @param out as many elements, modified; may be x
     */
    public void siluInto(Tensor x, Tensor out) {
        Checks.requireElements("out", out, x.elements());
        kernels.elementwise().silu(x.elements(), x.array(), x.offset(), out.array(), out.offset());
    }

    /**
     * out = e^x; error below 0.91 ulp, +∞ and 0 where the result leaves the floats.
     *
     * @param x any shape, not modified
     * @param out as many elements, modified; may be x
     */
    public void expInto(Tensor x, Tensor out) {
        Checks.requireElements("out", out, x.elements());
        kernels.elementwise().exp(x.elements(), x.array(), x.offset(), out.array(), out.offset());
    }

    /**
     * out = erf x, the error function 2/√π ∫₀ˣ exp(−t²) dt; error below 1.12 ulp.
     *
     * @param x any shape, not modified
     * @param out as many elements, modified; may be x
     */
    public void erfInto(Tensor x, Tensor out) {
        Checks.requireElements("out", out, x.elements());
        kernels.elementwise().erf(x.elements(), x.array(), x.offset(), out.array(), out.offset());
    }

    /**
     * out = ln x; error below 1.08 ulp, −∞ at ±0, NaN below.
     *
     * @param x any shape, not modified
     * @param out as many elements, modified; may be x
     */
    public void logInto(Tensor x, Tensor out) {
        Checks.requireElements("out", out, x.elements());
        kernels.elementwise().log(x.elements(), x.array(), x.offset(), out.array(), out.offset());
    }

    /**
     * out = tanh x; error below 1.8 ulp; +0 for −0.
     *
     * @param x any shape, not modified
     * @param out as many elements, modified; may be x
     */
    public void tanhInto(Tensor x, Tensor out) {
        Checks.requireElements("out", out, x.elements());
        kernels.elementwise().tanh(x.elements(), x.array(), x.offset(), out.array(), out.offset());
    }

    /**
     * out = sin x for |x| up to the float 2π; error below 1.48 ulp. NaN for larger arguments.
     *
     * @param x any shape, not modified
     * @param out as many elements, modified; may be x
     */
    public void sinInto(Tensor x, Tensor out) {
        Checks.requireElements("out", out, x.elements());
        kernels.elementwise().sin(x.elements(), x.array(), x.offset(), out.array(), out.offset());
    }

    /**
     * out = cos x for |x| up to the float 2π; error below 1.56 ulp. NaN for larger arguments.
     *
     * @param x any shape, not modified
     * @param out as many elements, modified; may be x
     */
    public void cosInto(Tensor x, Tensor out) {
        Checks.requireElements("out", out, x.elements());
        kernels.elementwise().cos(x.elements(), x.array(), x.offset(), out.array(), out.offset());
    }

    /**
     * out[r] = x[r] + table[index[r]] for every entry r of the first axis.
     *
     * @param x (R, ...), not modified
     * @param table (E, ...) with entries of the same size, not modified
     * @param index index[r] in [0, E), at least R of them, not modified
     * @param out as x, modified; may be x
     */
    public void addGatheredInto(Tensor x, Tensor table, int[] index, Tensor out) {
        int rows = x.shape().extent(0);
        int n = x.elements() / rows;
        requireTable(table, n, index, rows);
        Checks.requireElements("out", out, x.elements());
        for (int r = 0; r < rows; r++) {
            kernels.elementwise()
                    .add(
                            n,
                            x.array(),
                            x.offset() + r * n,
                            table.array(),
                            table.offset() + index[r] * n,
                            out.array(),
                            out.offset() + r * n);
        }
    }

    /**
     * out[r] = table[index[r]] for every entry r of the first axis.
     *
     * @param table (E, ...), not modified
     * @param index index[r] in [0, E), at least R of them, not modified
     * @param out (R, ...) with entries of the same size, modified; must not overlap table
     */
    public void gatherInto(Tensor table, int[] index, Tensor out) {
        int rows = out.shape().extent(0);
        int n = out.elements() / rows;
        requireTable(table, n, index, rows);
        for (int r = 0; r < rows; r++) {
            System.arraycopy(table.array(), table.offset() + index[r] * n, out.array(), out.offset() + r * n, n);
        }
    }

    private static void requireTable(Tensor table, int n, int[] index, int rows) {
        int entries = table.shape().extent(0);
        Checks.requireElements("table", table, entries * n);
        for (int r = 0; r < rows; r++) {
            if (index[r] < 0 || index[r] >= entries) {
                throw new IllegalArgumentException(
                        "index[" + r + "] = " + index[r] + ", expected 0 <= index < " + entries);
            }
        }
    }
}
