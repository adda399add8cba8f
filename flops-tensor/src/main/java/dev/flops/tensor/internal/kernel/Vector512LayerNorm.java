package dev.flops.tensor.internal.kernel;

import static dev.flops.tensor.internal.kernel.Vector512Sums.EXCHANGE_1;
import static dev.flops.tensor.internal.kernel.Vector512Sums.EXCHANGE_2;
import static dev.flops.tensor.internal.kernel.Vector512Sums.EXCHANGE_4;
import static dev.flops.tensor.internal.kernel.Vector512Sums.EXCHANGE_8;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * Layer normalisation by vectors. No vector crosses a call: one that does is allocated. Methods stay small, for one that the first
 * compiler refuses may never reach the second.
 */
final class Vector512LayerNorm {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_512;
    private static final int LANES = SPECIES.length();

    /** The lanes of the upper half. */
    private static final long UPPER = ((1L << LANES) - 1) & (-1L << (LANES / 2));

    private Vector512LayerNorm() {}

    /** See {@link RowKernels#layerNorm}. */
    static void layerNorm(
            int rows,
            int n,
            float[] x,
            int xOffset,
            float @Nullable [] gamma,
            int gammaOffset,
            float @Nullable [] beta,
            int betaOffset,
            float epsilon,
            float[] out,
            int outOffset) {
        int row = 0;
        if (LANES == Vector512Sums.VIRTUAL_LANES && gamma != null && beta != null) {
            for (; row + 1 < rows; row += 2) {
                int x0 = xOffset + row * n;
                int y0 = outOffset + row * n;
                long means = meansOfTwo(n, x, x0);
                float mean0 = first(means);
                float mean1 = second(means);
                long variances = variancesOfTwo(n, x, x0, mean0, mean1);
                float r0 = 1f / (float) Math.sqrt(first(variances) + epsilon);
                float r1 = 1f / (float) Math.sqrt(second(variances) + epsilon);
                normaliseTwo(n, x, x0, mean0, mean1, r0, r1, gamma, gammaOffset, beta, betaOffset, out, y0);
            }
        }
        for (; row < rows; row++) {
            int from = xOffset + row * n;
            float mean = Vector512Sums.sum(n, x, from) / n;
            float variance = Vector512Sums.sumOfSquaredDeviations(n, x, from, mean) / n;
            float r = 1f / (float) Math.sqrt(variance + epsilon);
            normalise(n, x, from, mean, r, gamma, gammaOffset, beta, betaOffset, out, outOffset + row * n);
        }
    }

    private static void normalise(
            int n,
            float[] x,
            int xOffset,
            float mean,
            float r,
            float @Nullable [] gamma,
            int gammaOffset,
            float @Nullable [] beta,
            int betaOffset,
            float[] out,
            int outOffset) {
        int whole = (n - 1) & -LANES;
        VectorMask<Float> rest = SPECIES.indexInRange(whole, n);
        if (gamma == null || beta == null) {
            for (int j = 0; j < whole; j += LANES) {
                FloatVector v = FloatVector.fromArray(SPECIES, x, xOffset + j);
                v.sub(mean).mul(r).intoArray(out, outOffset + j);
            }
            FloatVector v = FloatVector.fromArray(SPECIES, x, xOffset + whole, rest);
            v.sub(mean).mul(r).intoArray(out, outOffset + whole, rest);
            return;
        }
        for (int j = 0; j < whole; j += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, xOffset + j);
            FloatVector g = FloatVector.fromArray(SPECIES, gamma, gammaOffset + j);
            FloatVector b = FloatVector.fromArray(SPECIES, beta, betaOffset + j);
            v.sub(mean).mul(r).fma(g, b).intoArray(out, outOffset + j);
        }
        FloatVector v = FloatVector.fromArray(SPECIES, x, xOffset + whole, rest);
        FloatVector g = FloatVector.fromArray(SPECIES, gamma, gammaOffset + whole, rest);
        FloatVector b = FloatVector.fromArray(SPECIES, beta, betaOffset + whole, rest);
        v.sub(mean).mul(r).fma(g, b).intoArray(out, outOffset + whole, rest);
    }

    /** Means of two rows, whose folds share vectors: row 0 ends in the lower 8 lanes, row 1 in the upper ones. */
    private static long meansOfTwo(int n, float[] x, int xOffset) {
        int whole = (n - 1) & -LANES;
        VectorMask<Float> rest = SPECIES.indexInRange(whole, n);
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = FloatVector.zero(SPECIES);
        for (int j = 0; j < whole; j += LANES) {
            s0 = s0.add(FloatVector.fromArray(SPECIES, x, xOffset + j));
            s1 = s1.add(FloatVector.fromArray(SPECIES, x, xOffset + n + j));
        }
        s0 = s0.add(FloatVector.fromArray(SPECIES, x, xOffset + whole, rest));
        s1 = s1.add(FloatVector.fromArray(SPECIES, x, xOffset + n + whole, rest));
        // A constant of the code; a mask in a static field would be converted each time.
        VectorMask<Float> upper = VectorMask.fromLong(SPECIES, UPPER);
        FloatVector sum = s0.blend(s1, upper).add(s1.blend(s0, upper).rearrange(EXCHANGE_8));
        sum = sum.add(sum.rearrange(EXCHANGE_4));
        sum = sum.add(sum.rearrange(EXCHANGE_2));
        sum = sum.add(sum.rearrange(EXCHANGE_1));
        return pair(sum.lane(0) / n, sum.lane(LANES / 2) / n);
    }

    /** Variances of two rows with these means. */
    private static long variancesOfTwo(int n, float[] x, int xOffset, float mean0, float mean1) {
        int whole = (n - 1) & -LANES;
        VectorMask<Float> rest = SPECIES.indexInRange(whole, n);
        FloatVector m0 = FloatVector.broadcast(SPECIES, mean0);
        FloatVector m1 = FloatVector.broadcast(SPECIES, mean1);
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = FloatVector.zero(SPECIES);
        for (int j = 0; j < whole; j += LANES) {
            FloatVector d0 = FloatVector.fromArray(SPECIES, x, xOffset + j).sub(m0);
            s0 = d0.fma(d0, s0);
            FloatVector d1 = FloatVector.fromArray(SPECIES, x, xOffset + n + j).sub(m1);
            s1 = d1.fma(d1, s1);
        }
        FloatVector d0 =
                FloatVector.fromArray(SPECIES, x, xOffset + whole, rest).sub(m0, rest);
        s0 = d0.fma(d0, s0);
        FloatVector d1 =
                FloatVector.fromArray(SPECIES, x, xOffset + n + whole, rest).sub(m1, rest);
        s1 = d1.fma(d1, s1);
        VectorMask<Float> upper = VectorMask.fromLong(SPECIES, UPPER);
        FloatVector sum = s0.blend(s1, upper).add(s1.blend(s0, upper).rearrange(EXCHANGE_8));
        sum = sum.add(sum.rearrange(EXCHANGE_4));
        sum = sum.add(sum.rearrange(EXCHANGE_2));
        sum = sum.add(sum.rearrange(EXCHANGE_1));
        return pair(sum.lane(0) / n, sum.lane(LANES / 2) / n);
    }

    private static long pair(float first, float second) {
        return ((long) Float.floatToRawIntBits(second) << 32) | (Float.floatToRawIntBits(first) & 0xFFFF_FFFFL);
    }

    private static float first(long pair) {
        return Float.intBitsToFloat((int) pair);
    }

    private static float second(long pair) {
        return Float.intBitsToFloat((int) (pair >>> 32));
    }

    private static void normaliseTwo(
            int n,
            float[] x,
            int xOffset,
            float mean0,
            float mean1,
            float r0,
            float r1,
            float[] gamma,
            int gammaOffset,
            float[] beta,
            int betaOffset,
            float[] out,
            int outOffset) {
        int whole = (n - 1) & -LANES;
        VectorMask<Float> rest = SPECIES.indexInRange(whole, n);
        for (int j = 0; j < whole; j += LANES) {
            FloatVector g = FloatVector.fromArray(SPECIES, gamma, gammaOffset + j);
            FloatVector b = FloatVector.fromArray(SPECIES, beta, betaOffset + j);
            FloatVector v0 = FloatVector.fromArray(SPECIES, x, xOffset + j);
            v0.sub(mean0).mul(r0).fma(g, b).intoArray(out, outOffset + j);
            FloatVector v1 = FloatVector.fromArray(SPECIES, x, xOffset + n + j);
            v1.sub(mean1).mul(r1).fma(g, b).intoArray(out, outOffset + n + j);
        }
        FloatVector g = FloatVector.fromArray(SPECIES, gamma, gammaOffset + whole, rest);
        FloatVector b = FloatVector.fromArray(SPECIES, beta, betaOffset + whole, rest);
        FloatVector v0 = FloatVector.fromArray(SPECIES, x, xOffset + whole, rest);
        v0.sub(mean0).mul(r0).fma(g, b).intoArray(out, outOffset + whole, rest);
        FloatVector v1 = FloatVector.fromArray(SPECIES, x, xOffset + n + whole, rest);
        v1.sub(mean1).mul(r1).fma(g, b).intoArray(out, outOffset + n + whole, rest);
    }
}
