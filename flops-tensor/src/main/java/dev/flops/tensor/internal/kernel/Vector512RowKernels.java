package dev.flops.tensor.internal.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * Reductions along rows by vectors. The 16 virtual lanes are the lanes of one vector of 16 floats, two of 8 or four of
 * 4; {@code LANES} is a constant, so the compiler drops what a width does not need. The last 1 to 16 elements of a row
 * are loaded under masks with +0 elsewhere, which changes no lane: a chain that starts from +0 never becomes −0.
 *
 * <p>No vector crosses a call, and the arithmetic is written out where it is needed: in methods of this size the
 * compiler stops inlining, and a vector that crosses a call is allocated. exp is {@link FloatMath#exp} for arguments
 * ≤ 0, with another pair of powers of two, which rounds alike.
 *
 * <p>The maximum treats NaN otherwise than {@code Math.max}, which nobody can see: a row with a NaN has a NaN in its
 * sum of exponentials, so all its results are NaN anyway.
 */
final class Vector512RowKernels implements RowKernels {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_512;
    private static final int LANES = SPECIES.length();
    private static final int VIRTUAL_LANES = 16;

    // Exchanges of lanes at a distance; those beyond the vector's length are never used. Exchanging both ways leaves
    // the same sum in every lane.
    private static final VectorShuffle<Float> EXCHANGE_8 = exchange(8);
    private static final VectorShuffle<Float> EXCHANGE_4 = exchange(4);
    private static final VectorShuffle<Float> EXCHANGE_2 = exchange(2);
    private static final VectorShuffle<Float> EXCHANGE_1 = exchange(1);

    // Where layerNormByFour finds the sums of its rows.
    private static final VectorShuffle<Float> FROM_0 = from(0);
    private static final VectorShuffle<Float> FROM_1 = from(8);
    private static final VectorShuffle<Float> FROM_2 = from(4);
    private static final VectorShuffle<Float> FROM_3 = from(12);

    private static VectorShuffle<Float> from(int lane) {
        return VectorShuffle.fromOp(SPECIES, any -> lane % LANES);
    }

    private static VectorShuffle<Float> exchange(int distance) {
        return VectorShuffle.fromOp(SPECIES, lane -> (lane ^ distance) % LANES);
    }

    @Override
    public float sum(int n, float[] x, int xOffset) {
        return sumOf(n, x, xOffset);
    }

    /** Σ x. */
    private static float sumOf(int n, float[] x, int xOffset) {
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = FloatVector.zero(SPECIES);
        FloatVector s2 = FloatVector.zero(SPECIES);
        FloatVector s3 = FloatVector.zero(SPECIES);
        int whole = (n - 1) & -VIRTUAL_LANES;
        for (int j = 0; j < whole; j += VIRTUAL_LANES) {
            s0 = s0.add(FloatVector.fromArray(SPECIES, x, xOffset + j));
            if (LANES < 16) {
                s1 = s1.add(FloatVector.fromArray(SPECIES, x, xOffset + j + LANES));
            }
            if (LANES < 8) {
                s2 = s2.add(FloatVector.fromArray(SPECIES, x, xOffset + j + 2 * LANES));
                s3 = s3.add(FloatVector.fromArray(SPECIES, x, xOffset + j + 3 * LANES));
            }
        }
        VectorMask<Float> m0 = SPECIES.indexInRange(whole, n);
        s0 = s0.add(FloatVector.fromArray(SPECIES, x, xOffset + whole, m0));
        if (LANES < 16) {
            VectorMask<Float> m1 = SPECIES.indexInRange(whole + LANES, n);
            s1 = s1.add(FloatVector.fromArray(SPECIES, x, xOffset + whole + LANES, m1));
        }
        if (LANES < 8) {
            VectorMask<Float> m2 = SPECIES.indexInRange(whole + 2 * LANES, n);
            s2 = s2.add(FloatVector.fromArray(SPECIES, x, xOffset + whole + 2 * LANES, m2));
            VectorMask<Float> m3 = SPECIES.indexInRange(whole + 3 * LANES, n);
            s3 = s3.add(FloatVector.fromArray(SPECIES, x, xOffset + whole + 3 * LANES, m3));
        }
        if (LANES == 16) {
            s0 = s0.add(s0.rearrange(EXCHANGE_8));
        }
        if (LANES == 8) {
            s0 = s0.add(s1);
        }
        if (LANES == 4) {
            s0 = s0.add(s2).add(s1.add(s3));
        }
        if (LANES > 4) {
            s0 = s0.add(s0.rearrange(EXCHANGE_4));
        }
        s0 = s0.add(s0.rearrange(EXCHANGE_2));
        s0 = s0.add(s0.rearrange(EXCHANGE_1));
        return s0.lane(0);
    }

    @Override
    public float sumOfSquares(int n, float[] x, int xOffset) {
        return dot(n, x, xOffset, x, xOffset);
    }

    @Override
    public float dot(int n, float[] x, int xOffset, float[] y, int yOffset) {
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = FloatVector.zero(SPECIES);
        FloatVector s2 = FloatVector.zero(SPECIES);
        FloatVector s3 = FloatVector.zero(SPECIES);
        int whole = (n - 1) & -VIRTUAL_LANES;
        for (int j = 0; j < whole; j += VIRTUAL_LANES) {
            FloatVector v0 = FloatVector.fromArray(SPECIES, y, yOffset + j);
            s0 = FloatVector.fromArray(SPECIES, x, xOffset + j).fma(v0, s0);
            if (LANES < 16) {
                FloatVector v1 = FloatVector.fromArray(SPECIES, y, yOffset + j + LANES);
                s1 = FloatVector.fromArray(SPECIES, x, xOffset + j + LANES).fma(v1, s1);
            }
            if (LANES < 8) {
                FloatVector v2 = FloatVector.fromArray(SPECIES, y, yOffset + j + 2 * LANES);
                s2 = FloatVector.fromArray(SPECIES, x, xOffset + j + 2 * LANES).fma(v2, s2);
                FloatVector v3 = FloatVector.fromArray(SPECIES, y, yOffset + j + 3 * LANES);
                s3 = FloatVector.fromArray(SPECIES, x, xOffset + j + 3 * LANES).fma(v3, s3);
            }
        }
        VectorMask<Float> m0 = SPECIES.indexInRange(whole, n);
        FloatVector v0 = FloatVector.fromArray(SPECIES, y, yOffset + whole, m0);
        s0 = FloatVector.fromArray(SPECIES, x, xOffset + whole, m0).fma(v0, s0);
        if (LANES < 16) {
            VectorMask<Float> m1 = SPECIES.indexInRange(whole + LANES, n);
            FloatVector v1 = FloatVector.fromArray(SPECIES, y, yOffset + whole + LANES, m1);
            s1 = FloatVector.fromArray(SPECIES, x, xOffset + whole + LANES, m1).fma(v1, s1);
        }
        if (LANES < 8) {
            VectorMask<Float> m2 = SPECIES.indexInRange(whole + 2 * LANES, n);
            FloatVector v2 = FloatVector.fromArray(SPECIES, y, yOffset + whole + 2 * LANES, m2);
            s2 = FloatVector.fromArray(SPECIES, x, xOffset + whole + 2 * LANES, m2)
                    .fma(v2, s2);
            VectorMask<Float> m3 = SPECIES.indexInRange(whole + 3 * LANES, n);
            FloatVector v3 = FloatVector.fromArray(SPECIES, y, yOffset + whole + 3 * LANES, m3);
            s3 = FloatVector.fromArray(SPECIES, x, xOffset + whole + 3 * LANES, m3)
                    .fma(v3, s3);
        }
        if (LANES == 16) {
            s0 = s0.add(s0.rearrange(EXCHANGE_8));
        }
        if (LANES == 8) {
            s0 = s0.add(s1);
        }
        if (LANES == 4) {
            s0 = s0.add(s2).add(s1.add(s3));
        }
        if (LANES > 4) {
            s0 = s0.add(s0.rearrange(EXCHANGE_4));
        }
        s0 = s0.add(s0.rearrange(EXCHANGE_2));
        s0 = s0.add(s0.rearrange(EXCHANGE_1));
        return s0.lane(0);
    }

    /** Σ (x − mean)². */
    private static float sumOfSquaredDeviations(int n, float[] x, int xOffset, float mean) {
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = FloatVector.zero(SPECIES);
        FloatVector s2 = FloatVector.zero(SPECIES);
        FloatVector s3 = FloatVector.zero(SPECIES);
        int whole = (n - 1) & -VIRTUAL_LANES;
        for (int j = 0; j < whole; j += VIRTUAL_LANES) {
            FloatVector d0 = FloatVector.fromArray(SPECIES, x, xOffset + j).sub(mean);
            s0 = d0.fma(d0, s0);
            if (LANES < 16) {
                FloatVector d1 =
                        FloatVector.fromArray(SPECIES, x, xOffset + j + LANES).sub(mean);
                s1 = d1.fma(d1, s1);
            }
            if (LANES < 8) {
                FloatVector d2 = FloatVector.fromArray(SPECIES, x, xOffset + j + 2 * LANES)
                        .sub(mean);
                s2 = d2.fma(d2, s2);
                FloatVector d3 = FloatVector.fromArray(SPECIES, x, xOffset + j + 3 * LANES)
                        .sub(mean);
                s3 = d3.fma(d3, s3);
            }
        }
        VectorMask<Float> m0 = SPECIES.indexInRange(whole, n);
        FloatVector d0 = FloatVector.fromArray(SPECIES, x, xOffset + whole, m0);
        d0 = d0.lanewise(VectorOperators.SUB, mean, m0);
        s0 = d0.fma(d0, s0);
        if (LANES < 16) {
            VectorMask<Float> m1 = SPECIES.indexInRange(whole + LANES, n);
            FloatVector d1 = FloatVector.fromArray(SPECIES, x, xOffset + whole + LANES, m1);
            d1 = d1.lanewise(VectorOperators.SUB, mean, m1);
            s1 = d1.fma(d1, s1);
        }
        if (LANES < 8) {
            VectorMask<Float> m2 = SPECIES.indexInRange(whole + 2 * LANES, n);
            FloatVector d2 = FloatVector.fromArray(SPECIES, x, xOffset + whole + 2 * LANES, m2);
            d2 = d2.lanewise(VectorOperators.SUB, mean, m2);
            s2 = d2.fma(d2, s2);
            VectorMask<Float> m3 = SPECIES.indexInRange(whole + 3 * LANES, n);
            FloatVector d3 = FloatVector.fromArray(SPECIES, x, xOffset + whole + 3 * LANES, m3);
            d3 = d3.lanewise(VectorOperators.SUB, mean, m3);
            s3 = d3.fma(d3, s3);
        }
        if (LANES == 16) {
            s0 = s0.add(s0.rearrange(EXCHANGE_8));
        }
        if (LANES == 8) {
            s0 = s0.add(s1);
        }
        if (LANES == 4) {
            s0 = s0.add(s2).add(s1.add(s3));
        }
        if (LANES > 4) {
            s0 = s0.add(s0.rearrange(EXCHANGE_4));
        }
        s0 = s0.add(s0.rearrange(EXCHANGE_2));
        s0 = s0.add(s0.rearrange(EXCHANGE_1));
        return s0.lane(0);
    }

    @Override
    public void layerNorm(
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
        if (LANES == VIRTUAL_LANES) {
            row = rows & -4;
            layerNormByFour(row, n, x, xOffset, gamma, gammaOffset, beta, betaOffset, epsilon, out, outOffset);
        }
        for (; row < rows; row++) {
            int from = xOffset + row * n;
            float mean = sumOf(n, x, from) / n;
            float variance = sumOfSquaredDeviations(n, x, from, mean) / n;
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

    @Override
    public void softmax(int rows, int n, float[] x, int xOffset, int ldx, float[] out, int outOffset, int ldOut) {
        int whole = (n - 1) & -LANES;
        VectorMask<Float> rest = SPECIES.indexInRange(whole, n);
        FloatVector none = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        FloatVector log2E = FloatVector.broadcast(SPECIES, FloatMath.LOG2_E);
        FloatVector rounder = FloatVector.broadcast(SPECIES, FloatMath.SCALED_ROUNDER);
        FloatVector minusLn2High = FloatVector.broadcast(SPECIES, FloatMath.MINUS_LN2_HIGH);
        FloatVector minusLn2Low = FloatVector.broadcast(SPECIES, FloatMath.MINUS_LN2_LOW);
        FloatVector e2 = FloatVector.broadcast(SPECIES, FloatMath.E2);
        FloatVector e3 = FloatVector.broadcast(SPECIES, FloatMath.E3);
        FloatVector e4 = FloatVector.broadcast(SPECIES, FloatMath.E4);
        FloatVector e5 = FloatVector.broadcast(SPECIES, FloatMath.E5);
        FloatVector e6 = FloatVector.broadcast(SPECIES, FloatMath.E6);
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        for (int row = 0; row < rows; row++) {
            int from = xOffset + row * ldx;
            int to = outOffset + row * ldOut;
            FloatVector last = none.blend(FloatVector.fromArray(SPECIES, x, from + whole, rest), rest);
            FloatVector greatest = last;
            for (int j = 0; j < whole; j += LANES) {
                FloatVector v = FloatVector.fromArray(SPECIES, x, from + j);
                greatest = greatest.blend(v, v.compare(VectorOperators.GT, greatest));
            }
            // Order-preserving integers: one instruction a step, and the same largest number.
            IntVector ordered = greatest.reinterpretAsInts();
            ordered = ordered.lanewise(VectorOperators.ASHR, 31)
                    .and(Integer.MAX_VALUE)
                    .lanewise(VectorOperators.XOR, ordered);
            int bits = ordered.reduceLanes(VectorOperators.MAX);
            float max = Float.intBitsToFloat(bits ^ ((bits >> 31) & Integer.MAX_VALUE));
            FloatVector s0 = FloatVector.zero(SPECIES);
            for (int j = 0; j < whole; j += LANES) {
                FloatVector v = FloatVector.fromArray(SPECIES, x, from + j).sub(max);
                FloatVector z = v.fma(log2E, rounder);
                FloatVector k = z.sub(rounder);
                FloatVector r = k.fma(minusLn2High, v);
                r = k.fma(minusLn2Low, r);
                FloatVector e = r.fma(e6, e5);
                e = e.fma(r, e4);
                e = e.fma(r, e3);
                e = e.fma(r, e2);
                e = e.fma(r, one);
                e = e.fma(r, one);
                IntVector power = z.reinterpretAsInts().lanewise(VectorOperators.LSHL, FloatMath.MANTISSA_BITS);
                e = e.mul(power.add(FloatMath.ONE_BITS).reinterpretAsFloats()).mul(FloatMath.UNSCALE);
                e = e.blend(0f, v.compare(VectorOperators.LT, FloatMath.EXP_UNDERFLOW));
                s0 = s0.add(e);
                e.intoArray(out, to + j);
            }
            last = last.sub(max);
            FloatVector z = last.fma(log2E, rounder);
            FloatVector k = z.sub(rounder);
            FloatVector r = k.fma(minusLn2High, last);
            r = k.fma(minusLn2Low, r);
            FloatVector e = r.fma(e6, e5);
            e = e.fma(r, e4);
            e = e.fma(r, e3);
            e = e.fma(r, e2);
            e = e.fma(r, one);
            e = e.fma(r, one);
            IntVector power = z.reinterpretAsInts().lanewise(VectorOperators.LSHL, FloatMath.MANTISSA_BITS);
            e = e.mul(power.add(FloatMath.ONE_BITS).reinterpretAsFloats()).mul(FloatMath.UNSCALE);
            e = e.blend(0f, last.compare(VectorOperators.LT, FloatMath.EXP_UNDERFLOW));
            FloatVector factor;
            if (LANES == 16) {
                s0 = s0.add(e);
                s0 = s0.add(s0.rearrange(EXCHANGE_8));
                s0 = s0.add(s0.rearrange(EXCHANGE_4));
                s0 = s0.add(s0.rearrange(EXCHANGE_2));
                s0 = s0.add(s0.rearrange(EXCHANGE_1));
                factor = one.div(s0);
            } else {
                e.intoArray(out, to + whole, rest);
                factor = FloatVector.broadcast(SPECIES, 1f / sumOf(n, out, to));
            }
            for (int j = 0; j < whole; j += LANES) {
                FloatVector.fromArray(SPECIES, out, to + j).mul(factor).intoArray(out, to + j);
            }
            e.mul(factor).intoArray(out, to + whole, rest);
        }
    }

    @Override
    public void logSoftmax(int rows, int n, float[] x, int xOffset, float[] out, int outOffset) {
        int whole = (n - 1) & -LANES;
        VectorMask<Float> rest = SPECIES.indexInRange(whole, n);
        for (int row = 0; row < rows; row++) {
            int from = xOffset + row * n;
            int to = outOffset + row * n;
            float max = maxOf(n, x, from);
            float logSum = FloatMath.log(sumOfExp(n, x, from, max));
            for (int j = 0; j < whole; j += LANES) {
                FloatVector v = FloatVector.fromArray(SPECIES, x, from + j);
                v.sub(max).sub(logSum).intoArray(out, to + j);
            }
            FloatVector v = FloatVector.fromArray(SPECIES, x, from + whole, rest);
            v.sub(max).sub(logSum).intoArray(out, to + whole, rest);
        }
    }

    @Override
    public void crossEntropy(
            int rows, int n, float[] x, int xOffset, int[] labels, int labelOffset, float[] losses, int lossOffset) {
        for (int row = 0; row < rows; row++) {
            int from = xOffset + row * n;
            float max = maxOf(n, x, from);
            float logSum = FloatMath.log(sumOfExp(n, x, from, max));
            losses[lossOffset + row] = logSum - (x[from + labels[labelOffset + row]] - max);
        }
    }

    /** Greatest element; NaN is passed over. */
    private static float maxOf(int n, float[] x, int xOffset) {
        int whole = (n - 1) & -LANES;
        VectorMask<Float> rest = SPECIES.indexInRange(whole, n);
        FloatVector greatest = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        greatest = greatest.blend(FloatVector.fromArray(SPECIES, x, xOffset + whole, rest), rest);
        for (int j = 0; j < whole; j += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, xOffset + j);
            greatest = greatest.blend(v, v.compare(VectorOperators.GT, greatest));
        }
        // Order-preserving integers: one instruction a step, and the same largest number.
        IntVector ordered = greatest.reinterpretAsInts();
        ordered = ordered.lanewise(VectorOperators.ASHR, 31)
                .and(Integer.MAX_VALUE)
                .lanewise(VectorOperators.XOR, ordered);
        int bits = ordered.reduceLanes(VectorOperators.MAX);
        return Float.intBitsToFloat(bits ^ ((bits >> 31) & Integer.MAX_VALUE));
    }

    /**
     * Σ exp(x − max): the chains of a vector of lanes one after the other, in the order in which the tree adds them, so
     * that exp stands here once.
     */
    private static float sumOfExp(int n, float[] x, int xOffset, float max) {
        FloatVector log2E = FloatVector.broadcast(SPECIES, FloatMath.LOG2_E);
        FloatVector rounder = FloatVector.broadcast(SPECIES, FloatMath.SCALED_ROUNDER);
        FloatVector minusLn2High = FloatVector.broadcast(SPECIES, FloatMath.MINUS_LN2_HIGH);
        FloatVector minusLn2Low = FloatVector.broadcast(SPECIES, FloatMath.MINUS_LN2_LOW);
        FloatVector e2 = FloatVector.broadcast(SPECIES, FloatMath.E2);
        FloatVector e3 = FloatVector.broadcast(SPECIES, FloatMath.E3);
        FloatVector e4 = FloatVector.broadcast(SPECIES, FloatMath.E4);
        FloatVector e5 = FloatVector.broadcast(SPECIES, FloatMath.E5);
        FloatVector e6 = FloatVector.broadcast(SPECIES, FloatMath.E6);
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        FloatVector s0 = FloatVector.broadcast(SPECIES, -0f);
        for (int lane = 0; lane < 8; lane += LANES) {
            FloatVector pair = FloatVector.broadcast(SPECIES, -0f);
            for (int half = lane; half < VIRTUAL_LANES; half += Math.max(8, LANES)) {
                FloatVector chain = FloatVector.zero(SPECIES);
                for (int j = half; j < n; j += VIRTUAL_LANES) {
                    VectorMask<Float> inside = SPECIES.indexInRange(j, n);
                    FloatVector v = FloatVector.fromArray(SPECIES, x, xOffset + j, inside)
                            .sub(max);
                    FloatVector z = v.fma(log2E, rounder);
                    FloatVector k = z.sub(rounder);
                    FloatVector r = k.fma(minusLn2High, v);
                    r = k.fma(minusLn2Low, r);
                    FloatVector e = r.fma(e6, e5);
                    e = e.fma(r, e4);
                    e = e.fma(r, e3);
                    e = e.fma(r, e2);
                    e = e.fma(r, one);
                    e = e.fma(r, one);
                    IntVector power = z.reinterpretAsInts().lanewise(VectorOperators.LSHL, FloatMath.MANTISSA_BITS);
                    e = e.mul(power.add(FloatMath.ONE_BITS).reinterpretAsFloats())
                            .mul(FloatMath.UNSCALE);
                    e = e.blend(0f, v.compare(VectorOperators.LT, FloatMath.EXP_UNDERFLOW));
                    chain = chain.add(e, inside);
                }
                pair = pair.add(chain);
            }
            s0 = s0.add(pair);
        }
        if (LANES == 16) {
            s0 = s0.add(s0.rearrange(EXCHANGE_8));
        }
        if (LANES > 4) {
            s0 = s0.add(s0.rearrange(EXCHANGE_4));
        }
        s0 = s0.add(s0.rearrange(EXCHANGE_2));
        s0 = s0.add(s0.rearrange(EXCHANGE_1));
        return s0.lane(0);
    }
}
