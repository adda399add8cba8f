package dev.flops.tensor;

import dev.flops.tensor.internal.kernel.Kernels;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reductions and normalisations along the last axis: 16 virtual lanes and a fixed tree, whatever the vector width.
 */
public final class RowOps {
    private final Kernels kernels;

    RowOps(Kernels kernels) {
        this.kernels = kernels;
    }

    /**
     * Layer normalisation of each row: (x − mean) / √(var + epsilon) · gamma + beta (Ba, Kiros, Hinton 2016). A row with a
     * NaN or an infinity becomes NaN.
     *
     * @param x (..., n), not modified
     * @param gamma (n), or null (then beta must be null too) for the normalised values themselves
     * @param beta (n), or null
     * @param epsilon added to the variance
     * @param out as x, modified; may be x
     */
    public void layerNormInto(Tensor x, @Nullable Tensor gamma, @Nullable Tensor beta, float epsilon, Tensor out) {
        int n = x.shape().extent(-1);
        Checks.requireElements("out", out, x.elements());
        if (gamma == null || beta == null) {
            if (gamma != null || beta != null) {
                throw new IllegalArgumentException("gamma and beta: one is null, expected both or none");
            }
            kernels.row()
                    .layerNorm(
                            Checks.rows(x),
                            n,
                            x.array(),
                            x.offset(),
                            null,
                            0,
                            null,
                            0,
                            epsilon,
                            out.array(),
                            out.offset());
            return;
        }
        Checks.requireElements("gamma", gamma, n);
        Checks.requireElements("beta", beta, n);
        kernels.row()
                .layerNorm(
                        Checks.rows(x),
                        n,
                        x.array(),
                        x.offset(),
                        gamma.array(),
                        gamma.offset(),
                        beta.array(),
                        beta.offset(),
                        epsilon,
                        out.array(),
                        out.offset());
    }

    /**
     * Root-mean-square normalisation of each row: x / √(Σx² / n + epsilon) · gamma (Zhang and Sennrich, NeurIPS 2019). A row
     * with a NaN becomes NaN; with an infinity, NaN there and ±0 elsewhere.
     *
     * @param x (..., n), not modified
     * @param gamma (n), or null for the normalised values themselves
     * @param epsilon added to the mean square
     * @param out as x, modified; may be x
     */
    public void rmsNormInto(Tensor x, @Nullable Tensor gamma, float epsilon, Tensor out) {
        int n = x.shape().extent(-1);
        Checks.requireElements("out", out, x.elements());
        if (gamma != null) {
            Checks.requireElements("gamma", gamma, n);
        }
        kernels.row()
                .rmsNorm(
                        Checks.rows(x),
                        n,
                        x.array(),
                        x.offset(),
                        gamma == null ? null : gamma.array(),
                        gamma == null ? 0 : gamma.offset(),
                        epsilon,
                        out.array(),
                        out.offset());
    }

    /**
     * Softmax of each row. −∞ becomes 0; a row with a NaN or +∞, or of −∞ alone, becomes NaN.
     *
     * @param x (..., n), not modified
     * @param out as x, modified; may be x
     */
    public void softmaxInto(Tensor x, Tensor out) {
        int n = x.shape().extent(-1);
        Checks.requireElements("out", out, x.elements());
        kernels.row().softmax(Checks.rows(x), n, x.array(), x.offset(), n, out.array(), out.offset(), n);
    }

    /**
     * Logarithm of the softmax of each row. −∞ stays −∞; a row with a NaN or +∞, or of −∞ alone, becomes NaN.
     *
     * @param x (..., n), not modified
     * @param out as x, modified; may be x
     */
    public void logSoftmaxInto(Tensor x, Tensor out) {
        int n = x.shape().extent(-1);
        Checks.requireElements("out", out, x.elements());
        kernels.row().logSoftmax(Checks.rows(x), n, x.array(), x.offset(), out.array(), out.offset());
    }

    /**
     * Cross-entropy of each row with its label: losses[lossOffset + r] = −log softmax(x_r)[label].
     *
     * @param logits (R, classes), not modified
     * @param labels labels[labelOffset + r] in [0, classes), not modified
     * @param labelOffset where they begin
     * @param losses modified: receives R losses
     * @param lossOffset where they begin
     */
    public void crossEntropyInto(Tensor logits, int[] labels, int labelOffset, float[] losses, int lossOffset) {
        Checks.requireRank("logits", logits, 2);
        int rows = logits.shape().extent(0);
        int classes = logits.shape().extent(1);
        Objects.checkFromIndexSize(labelOffset, rows, labels.length);
        Objects.checkFromIndexSize(lossOffset, rows, losses.length);
        for (int r = 0; r < rows; r++) {
            int label = labels[labelOffset + r];
            if (label < 0 || label >= classes) {
                throw new IllegalArgumentException(
                        "labels[" + (labelOffset + r) + "] = " + label + ", expected 0 <= label < " + classes);
            }
        }
        kernels.row()
                .crossEntropy(rows, classes, logits.array(), logits.offset(), labels, labelOffset, losses, lossOffset);
    }

    /**
     * Sum of squares, by 16 virtual lanes.
     *
     * @param x any shape, not modified
     * @return Σ x²
     */
    public float sumOfSquares(Tensor x) {
        return kernels.row().sumOfSquares(x.elements(), x.array(), x.offset());
    }

    /**
     * Sum of squares of consecutive elements, the same bits as {@link #sumOfSquares(Tensor)} of a tensor of them.
     *
     * @param x any shape, not modified
     * @param first the first element, by its row-major index
     * @param length number of elements
     * @return Σ x²
     */
    public float sumOfSquares(Tensor x, int first, int length) {
        Objects.checkFromIndexSize(first, length, x.elements());
        return kernels.row().sumOfSquares(length, x.array(), x.offset() + first);
    }

    /**
     * Inner product, by 16 virtual lanes.
     *
     * @param x any shape, not modified
     * @param y as many elements, not modified
     * @return Σ x·y
     */
    public float dot(Tensor x, Tensor y) {
        Checks.requireElements("y", y, x.elements());
        return kernels.row().dot(x.elements(), x.array(), x.offset(), y.array(), y.offset());
    }
}
