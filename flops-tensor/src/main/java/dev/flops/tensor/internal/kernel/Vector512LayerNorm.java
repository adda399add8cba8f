package dev.flops.tensor.internal.kernel;

import static dev.flops.tensor.internal.kernel.Vector512Sums.EXCHANGE_1;
import static dev.flops.tensor.internal.kernel.Vector512Sums.EXCHANGE_2;
import static dev.flops.tensor.internal.kernel.Vector512Sums.EXCHANGE_4;
import static dev.flops.tensor.internal.kernel.Vector512Sums.EXCHANGE_8;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * Layer normalisation by vectors. No vector crosses a call: one that does is allocated. Methods stay small, for one that the first
 * compiler refuses may never reach the second.
 */
final class Vector512LayerNorm {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_512;
    private static final int LANES = SPECIES.length();

    // Where sumsOfFour leaves the sums of its rows; beyond the lanes of shorter vectors, which do not use them.
    private static final int AT_0 = 0;
    private static final int AT_1 = 8 % LANES;
    private static final int AT_2 = 4 % LANES;
    private static final int AT_3 = 12 % LANES;
    private static final VectorShuffle<Float> FROM_0 = from(AT_0);
    private static final VectorShuffle<Float> FROM_1 = from(AT_1);
    private static final VectorShuffle<Float> FROM_2 = from(AT_2);
    private static final VectorShuffle<Float> FROM_3 = from(AT_3);
    private static final long ALL = (1L << LANES) - 1;

    private Vector512LayerNorm() {}

    private static VectorShuffle<Float> from(int lane) {
        return VectorShuffle.fromOp(SPECIES, any -> lane);
    }

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
            row = rows & -4;
            layerNormByFour(row, n, x, xOffset, gamma, gammaOffset, beta, betaOffset, epsilon, out, outOffset);
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

    /** Four rows at a time, for vectors of 16: their folds share vectors, and so do divisions and roots. */
    private static void layerNormByFour(
            int rows,
            int n,
            float[] x,
            int xOffset,
            float[] gamma,
            int gammaOffset,
            float[] beta,
            int betaOffset,
            float epsilon,
            float[] out,
            int outOffset) {
        int whole = (n - 1) & -LANES;
        VectorMask<Float> rest = SPECIES.indexInRange(whole, n);
        FloatVector count = FloatVector.broadcast(SPECIES, n);
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        for (int row = 0; row < rows; row += 4) {
            int x0 = xOffset + row * n;
            int x1 = x0 + n;
            int x2 = x1 + n;
            int x3 = x2 + n;
            FloatVector s0 = FloatVector.zero(SPECIES);
            FloatVector s1 = s0;
            FloatVector s2 = s0;
            FloatVector s3 = s0;
            for (int j = 0; j < whole; j += LANES) {
                s0 = s0.add(FloatVector.fromArray(SPECIES, x, x0 + j));
                s1 = s1.add(FloatVector.fromArray(SPECIES, x, x1 + j));
                s2 = s2.add(FloatVector.fromArray(SPECIES, x, x2 + j));
                s3 = s3.add(FloatVector.fromArray(SPECIES, x, x3 + j));
            }
            FloatVector d0 = FloatVector.fromArray(SPECIES, x, x0 + whole, rest);
            FloatVector d1 = FloatVector.fromArray(SPECIES, x, x1 + whole, rest);
            FloatVector d2 = FloatVector.fromArray(SPECIES, x, x2 + whole, rest);
            FloatVector d3 = FloatVector.fromArray(SPECIES, x, x3 + whole, rest);
            FloatVector mean =
                    sumsOfFour(s0.add(d0), s1.add(d1), s2.add(d2), s3.add(d3)).div(count);
            FloatVector m0 = mean.rearrange(FROM_0);
            FloatVector m1 = mean.rearrange(FROM_1);
            FloatVector m2 = mean.rearrange(FROM_2);
            FloatVector m3 = mean.rearrange(FROM_3);
            d0 = d0.sub(m0, rest);
            d1 = d1.sub(m1, rest);
            d2 = d2.sub(m2, rest);
            d3 = d3.sub(m3, rest);
            s0 = FloatVector.zero(SPECIES);
            s1 = s0;
            s2 = s0;
            s3 = s0;
            for (int j = 0; j < whole; j += LANES) {
                FloatVector v0 = FloatVector.fromArray(SPECIES, x, x0 + j).sub(m0);
                s0 = v0.fma(v0, s0);
                FloatVector v1 = FloatVector.fromArray(SPECIES, x, x1 + j).sub(m1);
                s1 = v1.fma(v1, s1);
                FloatVector v2 = FloatVector.fromArray(SPECIES, x, x2 + j).sub(m2);
                s2 = v2.fma(v2, s2);
                FloatVector v3 = FloatVector.fromArray(SPECIES, x, x3 + j).sub(m3);
                s3 = v3.fma(v3, s3);
            }
            FloatVector squares = sumsOfFour(d0.fma(d0, s0), d1.fma(d1, s1), d2.fma(d2, s2), d3.fma(d3, s3));
            FloatVector r = one.div(squares.div(count).add(epsilon).sqrt());
            int y0 = outOffset + row * n;
            normaliseTwo(
                    n,
                    x,
                    x0,
                    mean.lane(AT_0),
                    mean.lane(AT_1),
                    r.lane(AT_0),
                    r.lane(AT_1),
                    gamma,
                    gammaOffset,
                    beta,
                    betaOffset,
                    out,
                    y0);
            normaliseTwo(
                    n,
                    x,
                    x2,
                    mean.lane(AT_2),
                    mean.lane(AT_3),
                    r.lane(AT_2),
                    r.lane(AT_3),
                    gamma,
                    gammaOffset,
                    beta,
                    betaOffset,
                    out,
                    y0 + 2 * n);
        }
    }

    /**
     * Sums over the lanes of each of four vectors: in lanes 0 to 3, 8 to 11, 4 to 7, and 12 to 15. The second compiler makes it a part of
     * its caller, the first one does not, which could not take the caller then.
     */
    private static FloatVector sumsOfFour(FloatVector s0, FloatVector s1, FloatVector s2, FloatVector s3) {
        // Constants of the code; a mask in a static field would be converted each time.
        VectorMask<Float> upper8 = VectorMask.fromLong(SPECIES, ALL & 0xFF00);
        VectorMask<Float> upper4 = VectorMask.fromLong(SPECIES, ALL & 0xF0F0);
        FloatVector low = s0.blend(s1, upper8).add(s1.blend(s0, upper8).rearrange(EXCHANGE_8));
        FloatVector high = s2.blend(s3, upper8).add(s3.blend(s2, upper8).rearrange(EXCHANGE_8));
        FloatVector sum = low.blend(high, upper4).add(high.blend(low, upper4).rearrange(EXCHANGE_4));
        sum = sum.add(sum.rearrange(EXCHANGE_2));
        return sum.add(sum.rearrange(EXCHANGE_1));
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
