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

/** Layer normalisation by vectors. No vector crosses a call: one that does is allocated. */
final class Vector512LayerNorm {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_512;
    private static final int LANES = SPECIES.length();

    // Where layerNormByFour finds the sums of its rows.
    private static final VectorShuffle<Float> FROM_0 = from(0);
    private static final VectorShuffle<Float> FROM_1 = from(8);
    private static final VectorShuffle<Float> FROM_2 = from(4);
    private static final VectorShuffle<Float> FROM_3 = from(12);

    private Vector512LayerNorm() {}

    private static VectorShuffle<Float> from(int lane) {
        return VectorShuffle.fromOp(SPECIES, any -> lane % LANES);
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
        if (LANES == Vector512Sums.VIRTUAL_LANES) {
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

    /**
     * Four rows at a time for vectors of 16: their folds share vectors (row 0 ends in lanes 0 to 3, row 2 in 4 to 7,
     * row 1 in 8 to 11, row 3 in 12 to 15), and so do divisions and roots.
     */
    private static void layerNormByFour(
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
        int whole = (n - 1) & -LANES;
        VectorMask<Float> rest = SPECIES.indexInRange(whole, n);
        VectorMask<Float> upper8 = VectorMask.fromLong(SPECIES, 0xFF00);
        VectorMask<Float> upper4 = VectorMask.fromLong(SPECIES, 0xF0F0);
        FloatVector count = FloatVector.broadcast(SPECIES, n);
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        for (int row = 0; row < rows; row += 4) {
            int x0 = xOffset + row * n;
            int x1 = x0 + n;
            int x2 = x1 + n;
            int x3 = x2 + n;
            FloatVector s0 = FloatVector.zero(SPECIES);
            FloatVector s1 = FloatVector.zero(SPECIES);
            FloatVector s2 = FloatVector.zero(SPECIES);
            FloatVector s3 = FloatVector.zero(SPECIES);
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
            s0 = s0.add(d0);
            s1 = s1.add(d1);
            s2 = s2.add(d2);
            s3 = s3.add(d3);
            FloatVector sumLow = s0.blend(s1, upper8).add(s1.blend(s0, upper8).rearrange(EXCHANGE_8));
            FloatVector sumHigh = s2.blend(s3, upper8).add(s3.blend(s2, upper8).rearrange(EXCHANGE_8));
            FloatVector sum = sumLow.blend(sumHigh, upper4);
            sum = sum.add(sumHigh.blend(sumLow, upper4).rearrange(EXCHANGE_4));
            sum = sum.add(sum.rearrange(EXCHANGE_2));
            sum = sum.add(sum.rearrange(EXCHANGE_1));
            FloatVector mean = sum.div(count);
            FloatVector m0 = mean.rearrange(FROM_0);
            FloatVector m1 = mean.rearrange(FROM_1);
            FloatVector m2 = mean.rearrange(FROM_2);
            FloatVector m3 = mean.rearrange(FROM_3);
            FloatVector q0 = FloatVector.zero(SPECIES);
            FloatVector q1 = FloatVector.zero(SPECIES);
            FloatVector q2 = FloatVector.zero(SPECIES);
            FloatVector q3 = FloatVector.zero(SPECIES);
            for (int j = 0; j < whole; j += LANES) {
                FloatVector v0 = FloatVector.fromArray(SPECIES, x, x0 + j).sub(m0);
                q0 = v0.fma(v0, q0);
                FloatVector v1 = FloatVector.fromArray(SPECIES, x, x1 + j).sub(m1);
                q1 = v1.fma(v1, q1);
                FloatVector v2 = FloatVector.fromArray(SPECIES, x, x2 + j).sub(m2);
                q2 = v2.fma(v2, q2);
                FloatVector v3 = FloatVector.fromArray(SPECIES, x, x3 + j).sub(m3);
                q3 = v3.fma(v3, q3);
            }
            d0 = d0.sub(m0, rest);
            q0 = d0.fma(d0, q0);
            d1 = d1.sub(m1, rest);
            q1 = d1.fma(d1, q1);
            d2 = d2.sub(m2, rest);
            q2 = d2.fma(d2, q2);
            d3 = d3.sub(m3, rest);
            q3 = d3.fma(d3, q3);
            FloatVector squaresLow =
                    q0.blend(q1, upper8).add(q1.blend(q0, upper8).rearrange(EXCHANGE_8));
            FloatVector squaresHigh =
                    q2.blend(q3, upper8).add(q3.blend(q2, upper8).rearrange(EXCHANGE_8));
            FloatVector squares = squaresLow.blend(squaresHigh, upper4);
            squares = squares.add(squaresHigh.blend(squaresLow, upper4).rearrange(EXCHANGE_4));
            squares = squares.add(squares.rearrange(EXCHANGE_2));
            squares = squares.add(squares.rearrange(EXCHANGE_1));
            FloatVector r = one.div(squares.div(count).add(epsilon).sqrt());
            FloatVector r0 = r.rearrange(FROM_0);
            FloatVector r1 = r.rearrange(FROM_1);
            FloatVector r2 = r.rearrange(FROM_2);
            FloatVector r3 = r.rearrange(FROM_3);
            int y0 = outOffset + row * n;
            int y1 = y0 + n;
            int y2 = y1 + n;
            int y3 = y2 + n;
            if (gamma == null || beta == null) {
                for (int j = 0; j < whole; j += LANES) {
                    FloatVector v0 = FloatVector.fromArray(SPECIES, x, x0 + j);
                    v0.sub(m0).mul(r0).intoArray(out, y0 + j);
                    FloatVector v1 = FloatVector.fromArray(SPECIES, x, x1 + j);
                    v1.sub(m1).mul(r1).intoArray(out, y1 + j);
                    FloatVector v2 = FloatVector.fromArray(SPECIES, x, x2 + j);
                    v2.sub(m2).mul(r2).intoArray(out, y2 + j);
                    FloatVector v3 = FloatVector.fromArray(SPECIES, x, x3 + j);
                    v3.sub(m3).mul(r3).intoArray(out, y3 + j);
                }
                d0.mul(r0).intoArray(out, y0 + whole, rest);
                d1.mul(r1).intoArray(out, y1 + whole, rest);
                d2.mul(r2).intoArray(out, y2 + whole, rest);
                d3.mul(r3).intoArray(out, y3 + whole, rest);
                continue;
            }
            for (int j = 0; j < whole; j += LANES) {
                FloatVector g = FloatVector.fromArray(SPECIES, gamma, gammaOffset + j);
                FloatVector b = FloatVector.fromArray(SPECIES, beta, betaOffset + j);
                FloatVector v0 = FloatVector.fromArray(SPECIES, x, x0 + j);
                v0.sub(m0).mul(r0).fma(g, b).intoArray(out, y0 + j);
                FloatVector v1 = FloatVector.fromArray(SPECIES, x, x1 + j);
                v1.sub(m1).mul(r1).fma(g, b).intoArray(out, y1 + j);
                FloatVector v2 = FloatVector.fromArray(SPECIES, x, x2 + j);
                v2.sub(m2).mul(r2).fma(g, b).intoArray(out, y2 + j);
                FloatVector v3 = FloatVector.fromArray(SPECIES, x, x3 + j);
                v3.sub(m3).mul(r3).fma(g, b).intoArray(out, y3 + j);
            }
            FloatVector g = FloatVector.fromArray(SPECIES, gamma, gammaOffset + whole, rest);
            FloatVector b = FloatVector.fromArray(SPECIES, beta, betaOffset + whole, rest);
            d0.mul(r0).fma(g, b).intoArray(out, y0 + whole, rest);
            d1.mul(r1).fma(g, b).intoArray(out, y1 + whole, rest);
            d2.mul(r2).fma(g, b).intoArray(out, y2 + whole, rest);
            d3.mul(r3).fma(g, b).intoArray(out, y3 + whole, rest);
        }
    }
}
