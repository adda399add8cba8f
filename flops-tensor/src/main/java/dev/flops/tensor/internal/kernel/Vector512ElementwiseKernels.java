package dev.flops.tensor.internal.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Elementwise maps by vectors; those that need a polynomial have classes of their own. */
final class Vector512ElementwiseKernels implements ElementwiseKernels {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_512;
    private static final int LANES = SPECIES.length();

    /** Columns that a pass over the rows takes at a time: four vectors. */
    private static final int STRIP = 4 * LANES;

    @Override
    public void add(int n, float[] a, int aOffset, float[] b, int bOffset, float[] out, int outOffset) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            FloatVector u = FloatVector.fromArray(SPECIES, a, aOffset + i);
            FloatVector v = FloatVector.fromArray(SPECIES, b, bOffset + i);
            u.add(v).intoArray(out, outOffset + i);
        }
        for (; i < n; i++) {
            out[outOffset + i] = a[aOffset + i] + b[bOffset + i];
        }
    }

    @Override
    public void multiply(int n, float[] a, int aOffset, float[] b, int bOffset, float[] out, int outOffset) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            FloatVector u = FloatVector.fromArray(SPECIES, a, aOffset + i);
            FloatVector v = FloatVector.fromArray(SPECIES, b, bOffset + i);
            u.mul(v).intoArray(out, outOffset + i);
        }
        for (; i < n; i++) {
            out[outOffset + i] = a[aOffset + i] * b[bOffset + i];
        }
    }

    @Override
    public void scale(int n, float factor, float[] x, int xOffset, float[] out, int outOffset) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            FloatVector u = FloatVector.fromArray(SPECIES, x, xOffset + i);
            u.mul(factor).intoArray(out, outOffset + i);
        }
        for (; i < n; i++) {
            out[outOffset + i] = factor * x[xOffset + i];
        }
    }

    @Override
    public void relu(int n, float[] x, int xOffset, float[] out, int outOffset) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            FloatVector u = FloatVector.fromArray(SPECIES, x, xOffset + i);
            u.blend(0f, u.compare(VectorOperators.LE, 0f)).intoArray(out, outOffset + i);
        }
        for (; i < n; i++) {
            out[outOffset + i] = Math.max(x[xOffset + i], 0f);
        }
    }

    @Override
    public void axpy(int n, float alpha, float[] x, int xOffset, float[] y, int yOffset) {
        FloatVector factor = FloatVector.broadcast(SPECIES, alpha);
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            FloatVector u = FloatVector.fromArray(SPECIES, x, xOffset + i);
            FloatVector v = FloatVector.fromArray(SPECIES, y, yOffset + i);
            u.fma(factor, v).intoArray(y, yOffset + i);
        }
        for (; i < n; i++) {
            y[yOffset + i] = Math.fma(alpha, x[xOffset + i], y[yOffset + i]);
        }
    }

    @Override
    public void addRow(
            int rows, int n, float[] x, int xOffset, float[] vector, int vectorOffset, float[] out, int outOffset) {
        int whole = SPECIES.loopBound(n);
        VectorMask<Float> rest = SPECIES.indexInRange(whole, n);
        for (int r = 0; r < rows; r++) {
            int from = xOffset + r * n;
            int to = outOffset + r * n;
            for (int j = 0; j < whole; j += LANES) {
                FloatVector u = FloatVector.fromArray(SPECIES, x, from + j);
                FloatVector v = FloatVector.fromArray(SPECIES, vector, vectorOffset + j);
                u.add(v).intoArray(out, to + j);
            }
            if (whole < n) {
                FloatVector u = FloatVector.fromArray(SPECIES, x, from + whole, rest);
                FloatVector v = FloatVector.fromArray(SPECIES, vector, vectorOffset + whole, rest);
                u.add(v).intoArray(out, to + whole, rest);
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
        if (n <= STRIP) {
            affineColumns(rows, n, x, xOffset, scale, scaleOffset, shift, shiftOffset, out, outOffset);
            return;
        }
        int whole = SPECIES.loopBound(n);
        VectorMask<Float> rest = SPECIES.indexInRange(whole, n);
        for (int r = 0; r < rows; r++) {
            int from = xOffset + r * n;
            int to = outOffset + r * n;
            for (int j = 0; j < whole; j += LANES) {
                FloatVector u = FloatVector.fromArray(SPECIES, x, from + j);
                FloatVector a = FloatVector.fromArray(SPECIES, scale, scaleOffset + j);
                FloatVector b = FloatVector.fromArray(SPECIES, shift, shiftOffset + j);
                u.fma(a, b).intoArray(out, to + j);
            }
            if (whole < n) {
                FloatVector u = FloatVector.fromArray(SPECIES, x, from + whole, rest);
                FloatVector a = FloatVector.fromArray(SPECIES, scale, scaleOffset + whole, rest);
                FloatVector b = FloatVector.fromArray(SPECIES, shift, shiftOffset + whole, rest);
                u.fma(a, b).intoArray(out, to + whole, rest);
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
        if (n <= STRIP) {
            standardizeColumns(rows, n, x, xOffset, mean, meanOffset, scale, scaleOffset, out, outOffset);
            return;
        }
        int whole = SPECIES.loopBound(n);
        VectorMask<Float> rest = SPECIES.indexInRange(whole, n);
        for (int r = 0; r < rows; r++) {
            int from = xOffset + r * n;
            int to = outOffset + r * n;
            for (int j = 0; j < whole; j += LANES) {
                FloatVector u = FloatVector.fromArray(SPECIES, x, from + j);
                FloatVector a = FloatVector.fromArray(SPECIES, mean, meanOffset + j);
                FloatVector b = FloatVector.fromArray(SPECIES, scale, scaleOffset + j);
                u.sub(a).mul(b).intoArray(out, to + j);
            }
            if (whole < n) {
                FloatVector u = FloatVector.fromArray(SPECIES, x, from + whole, rest);
                FloatVector a = FloatVector.fromArray(SPECIES, mean, meanOffset + whole, rest);
                FloatVector b = FloatVector.fromArray(SPECIES, scale, scaleOffset + whole, rest);
                u.sub(a).mul(b).intoArray(out, to + whole, rest);
            }
        }
    }

    /** Columns are few: their numbers stay in registers while the rows go by. */
    private static void standardizeColumns(
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
        int j = 0;
        for (; j <= n - LANES; j += LANES) {
            FloatVector a = FloatVector.fromArray(SPECIES, mean, meanOffset + j);
            FloatVector b = FloatVector.fromArray(SPECIES, scale, scaleOffset + j);
            for (int r = 0; r < rows; r++) {
                FloatVector u = FloatVector.fromArray(SPECIES, x, xOffset + j + r * n);
                u.sub(a).mul(b).intoArray(out, outOffset + j + r * n);
            }
        }
        if (j < n) {
            VectorMask<Float> rest = SPECIES.indexInRange(j, n);
            FloatVector a = FloatVector.fromArray(SPECIES, mean, meanOffset + j, rest);
            FloatVector b = FloatVector.fromArray(SPECIES, scale, scaleOffset + j, rest);
            for (int r = 0; r < rows; r++) {
                FloatVector u = FloatVector.fromArray(SPECIES, x, xOffset + j + r * n, rest);
                u.sub(a).mul(b).intoArray(out, outOffset + j + r * n, rest);
            }
        }
    }

    private static void affineColumns(
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
        int j = 0;
        for (; j <= n - LANES; j += LANES) {
            FloatVector a = FloatVector.fromArray(SPECIES, scale, scaleOffset + j);
            FloatVector b = FloatVector.fromArray(SPECIES, shift, shiftOffset + j);
            for (int r = 0; r < rows; r++) {
                FloatVector u = FloatVector.fromArray(SPECIES, x, xOffset + j + r * n);
                u.fma(a, b).intoArray(out, outOffset + j + r * n);
            }
        }
        if (j < n) {
            VectorMask<Float> rest = SPECIES.indexInRange(j, n);
            FloatVector a = FloatVector.fromArray(SPECIES, scale, scaleOffset + j, rest);
            FloatVector b = FloatVector.fromArray(SPECIES, shift, shiftOffset + j, rest);
            for (int r = 0; r < rows; r++) {
                FloatVector u = FloatVector.fromArray(SPECIES, x, xOffset + j + r * n, rest);
                u.fma(a, b).intoArray(out, outOffset + j + r * n, rest);
            }
        }
    }

    @Override
    public void addColumnSums(int rows, int n, float[] x, int xOffset, float[] sum, int sumOffset) {
        int j = 0;
        for (; j <= n - STRIP; j += STRIP) {
            int s = sumOffset + j;
            FloatVector s0 = FloatVector.fromArray(SPECIES, sum, s);
            FloatVector s1 = FloatVector.fromArray(SPECIES, sum, s + LANES);
            FloatVector s2 = FloatVector.fromArray(SPECIES, sum, s + 2 * LANES);
            FloatVector s3 = FloatVector.fromArray(SPECIES, sum, s + 3 * LANES);
            for (int r = 0; r < rows; r++) {
                int at = xOffset + j + r * n;
                s0 = s0.add(FloatVector.fromArray(SPECIES, x, at));
                s1 = s1.add(FloatVector.fromArray(SPECIES, x, at + LANES));
                s2 = s2.add(FloatVector.fromArray(SPECIES, x, at + 2 * LANES));
                s3 = s3.add(FloatVector.fromArray(SPECIES, x, at + 3 * LANES));
            }
            s0.intoArray(sum, s);
            s1.intoArray(sum, s + LANES);
            s2.intoArray(sum, s + 2 * LANES);
            s3.intoArray(sum, s + 3 * LANES);
        }
        for (; j <= n - LANES; j += LANES) {
            FloatVector s = FloatVector.fromArray(SPECIES, sum, sumOffset + j);
            for (int r = 0; r < rows; r++) {
                s = s.add(FloatVector.fromArray(SPECIES, x, xOffset + j + r * n));
            }
            s.intoArray(sum, sumOffset + j);
        }
        if (j < n) {
            VectorMask<Float> rest = SPECIES.indexInRange(j, n);
            FloatVector s = FloatVector.fromArray(SPECIES, sum, sumOffset + j, rest);
            for (int r = 0; r < rows; r++) {
                s = s.add(FloatVector.fromArray(SPECIES, x, xOffset + j + r * n, rest));
            }
            s.intoArray(sum, sumOffset + j, rest);
        }
    }

    @Override
    public void addColumnDots(
            int rows, int n, float[] x, int xOffset, float[] y, int yOffset, float[] sum, int sumOffset) {
        int j = 0;
        for (; j <= n - STRIP; j += STRIP) {
            int s = sumOffset + j;
            FloatVector s0 = FloatVector.fromArray(SPECIES, sum, s);
            FloatVector s1 = FloatVector.fromArray(SPECIES, sum, s + LANES);
            FloatVector s2 = FloatVector.fromArray(SPECIES, sum, s + 2 * LANES);
            FloatVector s3 = FloatVector.fromArray(SPECIES, sum, s + 3 * LANES);
            for (int r = 0; r < rows; r++) {
                int at = xOffset + j + r * n;
                int other = yOffset + j + r * n;
                FloatVector y0 = FloatVector.fromArray(SPECIES, y, other);
                s0 = FloatVector.fromArray(SPECIES, x, at).fma(y0, s0);
                FloatVector y1 = FloatVector.fromArray(SPECIES, y, other + LANES);
                s1 = FloatVector.fromArray(SPECIES, x, at + LANES).fma(y1, s1);
                FloatVector y2 = FloatVector.fromArray(SPECIES, y, other + 2 * LANES);
                s2 = FloatVector.fromArray(SPECIES, x, at + 2 * LANES).fma(y2, s2);
                FloatVector y3 = FloatVector.fromArray(SPECIES, y, other + 3 * LANES);
                s3 = FloatVector.fromArray(SPECIES, x, at + 3 * LANES).fma(y3, s3);
            }
            s0.intoArray(sum, s);
            s1.intoArray(sum, s + LANES);
            s2.intoArray(sum, s + 2 * LANES);
            s3.intoArray(sum, s + 3 * LANES);
        }
        for (; j <= n - LANES; j += LANES) {
            FloatVector s = FloatVector.fromArray(SPECIES, sum, sumOffset + j);
            for (int r = 0; r < rows; r++) {
                FloatVector v = FloatVector.fromArray(SPECIES, y, yOffset + j + r * n);
                s = FloatVector.fromArray(SPECIES, x, xOffset + j + r * n).fma(v, s);
            }
            s.intoArray(sum, sumOffset + j);
        }
        if (j < n) {
            VectorMask<Float> rest = SPECIES.indexInRange(j, n);
            FloatVector s = FloatVector.fromArray(SPECIES, sum, sumOffset + j, rest);
            for (int r = 0; r < rows; r++) {
                FloatVector v = FloatVector.fromArray(SPECIES, y, yOffset + j + r * n, rest);
                s = FloatVector.fromArray(SPECIES, x, xOffset + j + r * n, rest).fma(v, s);
            }
            s.intoArray(sum, sumOffset + j, rest);
        }
    }

    @Override
    public void exp(int n, float[] x, int xOffset, float[] out, int outOffset) {
        Vector512ElementaryFunctions.exp(n, x, xOffset, out, outOffset);
    }

    @Override
    public void log(int n, float[] x, int xOffset, float[] out, int outOffset) {
        Vector512ElementaryFunctions.log(n, x, xOffset, out, outOffset);
    }

    @Override
    public void tanh(int n, float[] x, int xOffset, float[] out, int outOffset) {
        Vector512ElementaryFunctions.tanh(n, x, xOffset, out, outOffset);
    }

    @Override
    public void erf(int n, float[] x, int xOffset, float[] out, int outOffset) {
        Vector512ElementaryFunctions.erf(n, x, xOffset, out, outOffset);
    }

    @Override
    public void gelu(int n, float[] x, int xOffset, float[] out, int outOffset) {
        Vector512Activations.gelu(n, x, xOffset, out, outOffset);
    }

    @Override
    public void silu(int n, float[] x, int xOffset, float[] out, int outOffset) {
        Vector512Activations.silu(n, x, xOffset, out, outOffset);
    }

    @Override
    public void sin(int n, float[] x, int xOffset, float[] out, int outOffset) {
        Vector512ElementaryFunctions.sin(n, x, xOffset, out, outOffset);
    }

    @Override
    public void cos(int n, float[] x, int xOffset, float[] out, int outOffset) {
        Vector512ElementaryFunctions.cos(n, x, xOffset, out, outOffset);
    }
}
