package dev.flops.tensor;

import dev.flops.tensor.internal.kernel.MatrixKernels;
import org.jspecify.annotations.Nullable;

/**
 * A block of a weight matrix on its way through a product that packs it for itself: rows j .. j + columns − 1 of W (N, K),
 * elements p .. p + depth − 1 of each.
 */
record WeightBlock(Tensor w, int n, int k, int j, int columns, int p, int depth) {

    /** Packs the block, or its perturbed forms one after the other. */
    void pack(
            MatrixKernels kernels,
            @Nullable Perturbation perturbation,
            long first,
            Tensor packed,
            Workspace workspace) {
        int at = j * k + p;
        if (perturbation == null) {
            kernels.packTransposed(depth, columns, w.array(), w.offset() + at, k, packed.array(), packed.offset());
            return;
        }
        kernels.packTransposedPerturbed(
                depth,
                columns,
                w.array(),
                w.offset() + at,
                k,
                perturbation.distribution(),
                perturbation.noise(),
                first + at,
                k,
                perturbation.sigma(),
                perturbation.pair(),
                packed.array(),
                packed.offset(),
                workspace.scratch(kernels.scratchLength()));
    }

    /** Adds the block's share of X Wᵀ to its columns of the output: the chains begin, or continue those of the block before. */
    void multiply(
            MatrixKernels kernels,
            int variants,
            Tensor x,
            Tensor packed,
            @Nullable Tensor bias,
            Tensor out,
            Workspace workspace) {
        int rows = x.elements() / k / variants;
        boolean last = p + depth == k;
        for (int variant = 0; variant < variants; variant++) {
            kernels.multiply(
                    rows,
                    columns,
                    depth,
                    x.array(),
                    x.offset() + variant * rows * k + p,
                    k,
                    1,
                    packed.array(),
                    packed.offset() + variant * kernels.packedLength(depth, columns),
                    p > 0,
                    bias == null || !last ? null : bias.array(),
                    bias == null || !last ? 0 : bias.offset() + variant * n + j,
                    out.array(),
                    out.offset() + variant * rows * n + j,
                    n,
                    workspace.scratch(kernels.scratchLength()));
        }
    }
}
