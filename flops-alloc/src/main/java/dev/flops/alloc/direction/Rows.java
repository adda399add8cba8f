package dev.flops.alloc.direction;

import dev.flops.tensor.Tensor;

/** Arithmetic on rows of (R, d) tensors, element by element. */
final class Rows {
    private Rows() {}

    /** out[outRow] = fma(scale, epsilon[offset ..], x[xRow]). */
    static void add(float scale, float[] epsilon, int offset, Tensor x, int xRow, Tensor out, int outRow) {
        int d = x.elements() / x.shape().extent(0);
        float[] from = x.array();
        float[] to = out.array();
        int begin = x.offset() + xRow * d;
        int target = out.offset() + outRow * d;
        for (int p = 0; p < d; p++) {
            to[target + p] = Math.fma(scale, epsilon[offset + p], from[begin + p]);
        }
    }

    /** out[outRow] = x[xRow]. */
    static void copy(Tensor x, int xRow, Tensor out, int outRow) {
        int d = x.elements() / x.shape().extent(0);
        System.arraycopy(x.array(), x.offset() + xRow * d, out.array(), out.offset() + outRow * d, d);
    }
}
