package dev.flops.tensor;

import dev.flops.tensor.internal.kernel.Kernels;
import dev.flops.tensor.internal.kernel.MatrixKernels;
import dev.flops.tensor.spec.Nonlinearity;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Matrix products. Element (i, j) of a product is one chain of fused multiply-adds over k in order, starting from +0
 * or, where an operation adds to its output, from the value so far; then the bias is added.
 */
public final class MatrixOps {
    /** Greatest extent along the chain of a block of W that is packed for one product only, a multiple of the noise's group. */
    private static final int BLOCK_DEPTH = 768;

    /** Greatest number of rows of such a block, which thereby stays in the second-level cache. */
    private static final int BLOCK_ROWS = 192;

    /** Rows of a product that are finished at a time: a block of the vector kernels, still in a cache when a function goes over it. */
    private static final int FINISHED_ROWS = 240;

    private final Kernels kernels;
    private final BatchedProduct batched;

    MatrixOps(Kernels kernels) {
        this.kernels = kernels;
        this.batched = new BatchedProduct(kernels.matrix());
    }

    /**
     * Room for a packed right operand.
     *
     * @param rows K
     * @param columns N
     * @return a packed matrix with undefined contents
     */
    public PackedMatrix newPacked(int rows, int columns) {
        return new PackedMatrix(rows, columns, new float[kernels.matrix().packedLength(rows, columns)]);
    }

    /**
     * Packs B.
     *
     * @param b (K, N), not modified
     * @param packed modified: receives B
     */
    public void packInto(Tensor b, PackedMatrix packed) {
        Checks.requireShape("b", b, packed.rows(), packed.columns());
        kernels.matrix()
                .pack(packed.rows(), packed.columns(), b.array(), b.offset(), packed.columns(), packed.array(), 0);
    }

    /**
     * Packs Wᵀ, the right operand of a linear layer x Wᵀ.
     *
     * @param w (N, K), not modified
     * @param packed modified: receives Wᵀ
     */
    public void packTransposedInto(Tensor w, PackedMatrix packed) {
        Checks.requireMatrix("w", w, packed.columns(), packed.rows());
        kernels.matrix()
                .packTransposed(
                        packed.rows(), packed.columns(), w.array(), w.offset(), packed.rows(), packed.array(), 0);
    }

    /**
     * out = X · B + bias for a packed B; leading axes of X are rows.
     *
     * @param x (..., K), not modified
     * @param b packed (K, N)
     * @param bias (N), or null for none
     * @param out (..., N), modified; must not overlap x
     * @param workspace scratch memory
     */
    public void multiplyInto(Tensor x, PackedMatrix b, @Nullable Tensor bias, Tensor out, Workspace workspace) {
        multiplyInto(x, b, bias, null, Nonlinearity.IDENTITY, out, workspace);
    }

    /**
     * out = f(residual + (X · B + bias)) for a packed B; leading axes of X are rows. The bits of {@link #multiplyInto(Tensor,
     * PackedMatrix, Tensor, Tensor, Workspace)}, {@link ElementwiseOps#addInto} of the residual and the product, and f one after the
     * other; some rows are finished before the next begin, while they are near.
     *
     * @param x (..., K), not modified
     * @param b packed (K, N)
     * @param bias (N), or null for none
     * @param residual (..., N), not modified unless it is out; or null for none
     * @param f the function; the identity for none
     * @param out (..., N), modified; may be the residual, must not overlap it otherwise, nor x
     * @param workspace scratch memory
     */
    public void multiplyInto(
            Tensor x,
            PackedMatrix b,
            @Nullable Tensor bias,
            @Nullable Tensor residual,
            Nonlinearity f,
            Tensor out,
            Workspace workspace) {
        int rows = requireProduct(x, b, bias, out);
        int n = b.columns();
        if (residual != null) {
            Checks.requireLast("residual", residual, n);
            Checks.requireRows("residual", residual, rows);
        }
        boolean inPlace = residual != null && overlap(residual, out);
        int length = kernels.matrix().scratchLength();
        int rowsAtATime = Math.min(rows, FINISHED_ROWS);
        float[] scratch = workspace.scratch(inPlace ? length + rowsAtATime * n : length);
        for (int i = 0; i < rows; i += rowsAtATime) {
            int m = Math.min(rowsAtATime, rows - i);
            int to = out.offset() + i * n;
            float[] product = inPlace ? scratch : out.array();
            int at = inPlace ? length : to;
            kernels.matrix()
                    .multiply(
                            m,
                            n,
                            b.rows(),
                            x.array(),
                            x.offset() + i * b.rows(),
                            b.rows(),
                            1,
                            b.array(),
                            0,
                            false,
                            bias == null ? null : bias.array(),
                            bias == null ? 0 : bias.offset(),
                            product,
                            at,
                            n,
                            scratch);
            if (residual != null) {
                int from = residual.offset() + i * n;
                kernels.elementwise().add(m * n, residual.array(), from, product, at, out.array(), to);
            }
            apply(f, m * n, out.array(), to);
        }
    }

    private void apply(Nonlinearity f, int n, float[] x, int offset) {
        switch (f) {
            case IDENTITY -> {}
            case RELU -> kernels.elementwise().relu(n, x, offset, x, offset);
            case GELU -> kernels.elementwise().gelu(n, x, offset, x, offset);
            case SILU -> kernels.elementwise().silu(n, x, offset, x, offset);
        }
    }

    /** Checks the arguments of a product with a packed right operand; gives its rows. */
    private static int requireProduct(Tensor x, PackedMatrix b, @Nullable Tensor bias, Tensor out) {
        int rows = Checks.rows(x);
        Checks.requireLast("x", x, b.rows());
        Checks.requireLast("out", out, b.columns());
        Checks.requireRows("out", out, rows);
        if (bias != null) {
            Checks.requireElements("bias", bias, b.columns());
        }
        return rows;
    }

    /** Whether two tensors of the same size share elements. */
    @SuppressWarnings("ReferenceEquality") // the same memory is meant, not equal contents
    private static boolean overlap(Tensor a, Tensor b) {
        return a.array() == b.array() && Math.abs(a.offset() - b.offset()) < a.elements();
    }

    /**
     * out = X · Wᵀ + bias; leading axes of X are rows. W is packed block by block for this product alone, so that nothing of
     * the size of W is kept.
     *
     * @param x (..., K), not modified
     * @param w (N, K), not modified
     * @param bias (N), or null for none
     * @param out (..., N), modified; must not overlap x
     * @param workspace scratch memory
     */
    public void multiplyTransposedInto(Tensor x, Tensor w, @Nullable Tensor bias, Tensor out, Workspace workspace) {
        multiplyByBlocks(x, w, null, 0, bias, out, workspace);
    }

    /**
     * out = X · (W + σ ε)ᵀ + bias, with the bits of a product with W + σ ε, which never exists: the pass that packs a block
     * of W generates its noise, once for both members of a pair. Element (j, p) of W takes element first + j·K + p of ε.
     *
     * @param x (..., K), not modified; of a pair, the first half of the rows is for +σ, the second for −σ
     * @param w (N, K), not modified
     * @param perturbation σ and ε
     * @param first element of ε that belongs to W's first, at least 0
     * @param bias as it is to be added, (N), for a pair (2, N); or null for none
     * @param out (..., N), modified; must not overlap x
     * @param workspace scratch memory
     */
    public void multiplyTransposedPerturbedInto(
            Tensor x,
            Tensor w,
            Perturbation perturbation,
            long first,
            @Nullable Tensor bias,
            Tensor out,
            Workspace workspace) {
        if (first < 0) {
            throw new IllegalArgumentException("first = " + first + ", expected >= 0");
        }
        multiplyByBlocks(x, w, perturbation, first, bias, out, workspace);
    }

    private void multiplyByBlocks(
            Tensor x,
            Tensor w,
            @Nullable Perturbation perturbation,
            long first,
            @Nullable Tensor bias,
            Tensor out,
            Workspace workspace) {
        int n = w.shape().extent(0);
        int k = w.elements() / n;
        int variants = perturbation == null ? 1 : perturbation.variants();
        int rows = Checks.rows(x);
        Checks.requireLast("x", x, k);
        Checks.requireLast("out", out, n);
        Checks.requireRows("out", out, rows);
        Checks.requireParts("x", x, rows, variants);
        if (bias != null) {
            Checks.requireElements("bias", bias, variants * n);
        }
        int blocks = (k + BLOCK_DEPTH - 1) / BLOCK_DEPTH;
        int depth = Math.min(k, (k / blocks + 63) / 64 * 64);
        long mark = workspace.mark();
        int room = kernels.matrix().packedLength(depth, Math.min(n, BLOCK_ROWS));
        Tensor packed = workspace.take(Shape.of(variants * room));
        for (int j = 0; j < n; j += BLOCK_ROWS) {
            int columns = Math.min(BLOCK_ROWS, n - j);
            for (int p = 0; p < k; p += depth) {
                var block = new WeightBlock(w, n, k, j, columns, p, Math.min(depth, k - p));
                block.pack(kernels.matrix(), perturbation, first, packed, workspace);
                block.multiply(kernels.matrix(), variants, x, packed, bias, out, workspace);
            }
        }
        workspace.release(mark);
    }

    /**
     * out += scale · (X B) Aᵀ: a product with weights W + scale · A Bᵀ is X Wᵀ and this thin product, at r (K + N) in place of
     * K N multiply-adds a row. Rounded as it is computed, not as A Bᵀ would be: T = X B, then scale · T, then the chains of out
     * continue over the r columns.
     *
     * @param x (..., K), not modified
     * @param a (N, r), not modified
     * @param b (K, r), not modified
     * @param scale factor, σ/√r for a direction of unit variance
     * @param out (..., N), modified; must not overlap the others
     * @param workspace scratch memory
     */
    public void addLowRankProductInPlace(Tensor x, Tensor a, Tensor b, float scale, Tensor out, Workspace workspace) {
        int rows = Checks.rows(x);
        int k = x.shape().extent(-1);
        int rank = a.shape().extent(-1);
        int n = Checks.rows(a);
        Checks.requireMatrix("b", b, k, rank);
        Checks.requireLast("out", out, n);
        Checks.requireRows("out", out, rows);
        long mark = workspace.mark();
        MatrixKernels matrix = kernels.matrix();
        Tensor thin = workspace.take(Shape.of(rows, rank));
        int thinAt = thin.offset();
        Tensor room = workspace.take(Shape.of(Math.max(matrix.packedLength(k, rank), matrix.packedLength(rank, n))));
        float[] packed = room.array();
        int at = room.offset();
        float[] scratch = workspace.scratch(matrix.scratchLength());
        matrix.pack(k, rank, b.array(), b.offset(), rank, packed, at);
        matrix.multiply(
                rows,
                rank,
                k,
                x.array(),
                x.offset(),
                k,
                1,
                packed,
                at,
                false,
                null,
                0,
                thin.array(),
                thinAt,
                rank,
                scratch);
        kernels.elementwise().scale(thin.elements(), scale, thin.array(), thinAt, thin.array(), thinAt);
        matrix.packTransposed(rank, n, a.array(), a.offset(), rank, packed, at);
        matrix.multiply(
                rows,
                n,
                rank,
                thin.array(),
                thinAt,
                rank,
                1,
                packed,
                at,
                true,
                null,
                0,
                out.array(),
                out.offset(),
                n,
                scratch);
        workspace.release(mark);
    }

    /**
     * out = A · B, matrix by matrix over the leading axes.
     *
     * @param a (..., M, K), not modified
     * @param b (..., K, N), not modified
     * @param out (..., M, N), modified; must not overlap a or b
     * @param workspace scratch memory
     */
    public void matmulInto(Tensor a, Tensor b, Tensor out, Workspace workspace) {
        int k = a.shape().extent(-1);
        Checks.requireExtent("b", b, -2, k);
        batched.multiplyInto(
                a, a.shape().extent(-2), k, 1, b, false, out, k, b.shape().extent(-1), workspace);
    }

    /**
     * out = A · Bᵀ, matrix by matrix over the leading axes.
     *
     * @param a (..., M, K), not modified
     * @param b (..., N, K), not modified
     * @param out (..., M, N), modified; must not overlap a or b
     * @param workspace scratch memory
     */
    public void matmulTransposedBInto(Tensor a, Tensor b, Tensor out, Workspace workspace) {
        int k = a.shape().extent(-1);
        Checks.requireExtent("b", b, -1, k);
        batched.multiplyInto(
                a, a.shape().extent(-2), k, 1, b, true, out, k, b.shape().extent(-2), workspace);
    }

    /**
     * out = Aᵀ · B, matrix by matrix over the leading axes.
     *
     * @param a (..., K, M), not modified
     * @param b (..., K, N), not modified
     * @param out (..., M, N), modified; must not overlap a or b
     * @param workspace scratch memory
     */
    public void matmulTransposedAInto(Tensor a, Tensor b, Tensor out, Workspace workspace) {
        int m = a.shape().extent(-1);
        int k = a.shape().extent(-2);
        Checks.requireExtent("b", b, -2, k);
        batched.multiplyInto(a, m, 1, m, b, false, out, k, b.shape().extent(-1), workspace);
    }

    /**
     * out += Aᵀ · B: the chains of out continue, row by row of A and B. This is the contraction ∇W += Sᵀ H.
     *
     * @param a rows (..., M), not modified
     * @param b as many rows (..., N), not modified
     * @param out (M, N), modified; must not overlap a or b
     * @param workspace scratch memory
     */
    public void addTransposedProductInPlace(Tensor a, Tensor b, Tensor out, Workspace workspace) {
        Checks.requireMatrix("out", out, a.shape().extent(-1), b.shape().extent(-1));
        addTransposedProductInPlace(a, b, out.array(), out.offset(), workspace);
    }

    /**
     * out[offset ..] += Aᵀ · B, row after row, as {@link #addTransposedProductInPlace(Tensor, Tensor, Tensor, Workspace)}.
     *
     * @param a rows (..., M), not modified
     * @param b as many rows (..., N), not modified
     * @param out modified; what is added to must not overlap a or b
     * @param offset index of the first of M · N sums
     * @param workspace scratch memory
     */
    public void addTransposedProductInPlace(Tensor a, Tensor b, float[] out, int offset, Workspace workspace) {
        int k = Checks.rows(a);
        int m = a.shape().extent(-1);
        int n = b.shape().extent(-1);
        Checks.requireRows("b", b, k);
        Objects.checkFromIndexSize(offset, m * n, out.length);
        long mark = workspace.mark();
        Tensor room = workspace.take(Shape.of(kernels.matrix().packedLength(k, n)));
        kernels.matrix().pack(k, n, b.array(), b.offset(), n, room.array(), room.offset());
        kernels.matrix()
                .multiply(
                        m,
                        n,
                        k,
                        a.array(),
                        a.offset(),
                        1,
                        m,
                        room.array(),
                        room.offset(),
                        true,
                        null,
                        0,
                        out,
                        offset,
                        n,
                        workspace.scratch(kernels.matrix().scratchLength()));
        workspace.release(mark);
    }
}
