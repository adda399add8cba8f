package dev.flops.tensor.internal.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * softmax(scale · x) of padded rows, in place: bit for bit a multiplication and {@link RowKernels#softmax}, for vectors
 * as long as the 16 virtual lanes. Rows are whole vectors apart and their padding becomes +0, so all stores are whole:
 * the product that follows reads them back at once, which the processor cannot do after a store under a mask. A row
 * with a NaN has a NaN in its sum and so everywhere, whatever its maximum.
 *
 * <p>Three stages over the block instead of one method: with two exponentials and two folds the compiler gives up
 * inlining, and vectors that cross a call are allocated.
 */
final class Vector512ScoreRows {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_512;
    private static final int LANES = SPECIES.length();

    /** Whether this class works at the present width. */
    static final boolean SUITABLE = LANES == 16;

    private Vector512ScoreRows() {}

    static void softmax(int rows, int n, float scale, float[] x, int xOffset, int ldx) {
        if (ldx == 2 * LANES) {
            shiftTwo(rows, n, scale, x, xOffset);
            exponentiate(rows * ldx, x, xOffset);
            normaliseTwo(rows, x, xOffset);
        } else {
            shift(rows, n, scale, x, xOffset, ldx);
            exponentiate(rows * ldx, x, xOffset);
            normalise(rows, x, xOffset, ldx);
        }
    }

    /** x = scale · x − max(scale · x), −∞ in the padding. */
    private static void shift(int rows, int n, float scale, float[] x, int xOffset, int ldx) {
        int last = ldx - LANES;
        VectorMask<Float> inside = SPECIES.indexInRange(last, n);
        FloatVector lowest = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        for (int row = 0; row < rows; row++) {
            int at = xOffset + row * ldx;
            FloatVector tail = lowest.blend(FloatVector.fromArray(SPECIES, x, at + last).mul(scale), inside);
            FloatVector max = tail;
            for (int j = 0; j < last; j += LANES) {
                max = Vector512RowKernels.greater(max, FloatVector.fromArray(SPECIES, x, at + j).mul(scale));
            }
            max = Vector512RowKernels.foldMaxLanes(max, max, max, max);
            for (int j = 0; j < last; j += LANES) {
                FloatVector.fromArray(SPECIES, x, at + j).mul(scale).sub(max).intoArray(x, at + j);
            }
            tail.sub(max).intoArray(x, at + last);
        }
    }

    /** {@link #shift} of rows of two vectors. */
    private static void shiftTwo(int rows, int n, float scale, float[] x, int xOffset) {
        VectorMask<Float> inside = SPECIES.indexInRange(LANES, n);
        FloatVector lowest = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        for (int row = 0; row < rows; row++) {
            int at = xOffset + row * 2 * LANES;
            FloatVector v0 = FloatVector.fromArray(SPECIES, x, at).mul(scale);
            FloatVector v1 = lowest.blend(FloatVector.fromArray(SPECIES, x, at + LANES).mul(scale), inside);
            FloatVector max = Vector512RowKernels.greater(v0, v1);
            max = Vector512RowKernels.foldMaxLanes(max, max, max, max);
            v0.sub(max).intoArray(x, at);
            v1.sub(max).intoArray(x, at + LANES);
        }
    }

    private static void exponentiate(int n, float[] x, int xOffset) {
        for (int j = 0; j < n; j += LANES) {
            Vector512RowKernels.decay(FloatVector.fromArray(SPECIES, x, xOffset + j)).intoArray(x, xOffset + j);
        }
    }

    /** x = x · (1 / Σ x). */
    private static void normalise(int rows, float[] x, int xOffset, int ldx) {
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        for (int row = 0; row < rows; row++) {
            int at = xOffset + row * ldx;
            FloatVector sum = FloatVector.zero(SPECIES);
            for (int j = 0; j < ldx; j += LANES) {
                sum = sum.add(FloatVector.fromArray(SPECIES, x, at + j));
            }
            FloatVector factor = one.div(Vector512RowKernels.foldLanes(sum, sum, sum, sum));
            for (int j = 0; j < ldx; j += LANES) {
                FloatVector.fromArray(SPECIES, x, at + j).mul(factor).intoArray(x, at + j);
            }
        }
    }

    /** {@link #normalise} of rows of two vectors. */
    private static void normaliseTwo(int rows, float[] x, int xOffset) {
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        for (int row = 0; row < rows; row++) {
            int at = xOffset + row * 2 * LANES;
            FloatVector e0 = FloatVector.fromArray(SPECIES, x, at);
            FloatVector e1 = FloatVector.fromArray(SPECIES, x, at + LANES);
            FloatVector sum = e0.add(e1);
            FloatVector factor = one.div(Vector512RowKernels.foldLanes(sum, sum, sum, sum));
            e0.mul(factor).intoArray(x, at);
            e1.mul(factor).intoArray(x, at + LANES);
        }
    }
}
