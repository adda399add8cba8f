package dev.flops.tensor;

import dev.flops.tensor.internal.kernel.MatrixKernels;

/** Products matrix by matrix over the leading axes, plain or transposed: B is packed on the way, one matrix after the other. */
final class BatchedProduct {
    private final MatrixKernels kernels;

    BatchedProduct(MatrixKernels kernels) {
        this.kernels = kernels;
    }

    /**
     * out = A · B.
     *
     * @param a (batch, m, k) by its strides: element (i, p) of a matrix is at i · rowStride + p · columnStride
     * @param b (batch, k, n), or (batch, n, k) if it is transposed
     * @param out (..., m, n), modified
     */
    void multiplyInto(
            Tensor a,
            int m,
            int rowStride,
            int columnStride,
            Tensor b,
            boolean transposedB,
            Tensor out,
            int k,
            int n,
            Workspace workspace) {
        int batch = a.elements() / (m * k);
        Checks.requireElements("b", b, batch * k * n);
        Checks.requireElements("out", out, batch * m * n);
        Checks.requireExtent("out", out, -1, n);
        Checks.requireExtent("out", out, -2, m);
        long mark = workspace.mark();
        Tensor room = workspace.take(Shape.of(kernels.packedLength(k, n)));
        float[] scratch = workspace.scratch(kernels.scratchLength());
        for (int i = 0; i < batch; i++) {
            int bOffset = b.offset() + i * k * n;
            if (transposedB) {
                kernels.packTransposed(k, n, b.array(), bOffset, k, room.array(), room.offset());
            } else {
                kernels.pack(k, n, b.array(), bOffset, n, room.array(), room.offset());
            }
            kernels.multiply(
                    m,
                    n,
                    k,
                    a.array(),
                    a.offset() + i * m * k,
                    rowStride,
                    columnStride,
                    room.array(),
                    room.offset(),
                    false,
                    null,
                    0,
                    out.array(),
                    out.offset() + i * m * n,
                    n,
                    scratch);
        }
        workspace.release(mark);
    }
}
