package dev.flops.tensor.internal.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/** Root-mean-square normalisation by vectors. */
final class Vector512RmsNorm {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_512;
    private static final int LANES = SPECIES.length();

    private Vector512RmsNorm() {}

    /** See {@link RowKernels#rmsNorm}. */
    static void rmsNorm(
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
            int to = outOffset + row * n;
            float r = 1f / (float) Math.sqrt(Vector512Sums.dot(n, x, from, x, from) / n + epsilon);
            if (gamma == null) {
                scale(n, r, x, from, out, to);
            } else {
                scale(n, r, x, from, gamma, gammaOffset, out, to);
            }
        }
    }

    private static void scale(int n, float r, float[] x, int xOffset, float[] out, int outOffset) {
        int whole = (n - 1) & -LANES;
        VectorMask<Float> rest = SPECIES.indexInRange(whole, n);
        for (int j = 0; j < whole; j += LANES) {
            FloatVector.fromArray(SPECIES, x, xOffset + j).mul(r).intoArray(out, outOffset + j);
        }
        FloatVector.fromArray(SPECIES, x, xOffset + whole, rest).mul(r).intoArray(out, outOffset + whole, rest);
    }

    private static void scale(
            int n, float r, float[] x, int xOffset, float[] gamma, int gammaOffset, float[] out, int outOffset) {
        int whole = (n - 1) & -LANES;
        VectorMask<Float> rest = SPECIES.indexInRange(whole, n);
        for (int j = 0; j < whole; j += LANES) {
            FloatVector g = FloatVector.fromArray(SPECIES, gamma, gammaOffset + j);
            FloatVector.fromArray(SPECIES, x, xOffset + j).mul(r).mul(g).intoArray(out, outOffset + j);
        }
        FloatVector g = FloatVector.fromArray(SPECIES, gamma, gammaOffset + whole, rest);
        FloatVector.fromArray(SPECIES, x, xOffset + whole, rest).mul(r).mul(g).intoArray(out, outOffset + whole, rest);
    }
}
