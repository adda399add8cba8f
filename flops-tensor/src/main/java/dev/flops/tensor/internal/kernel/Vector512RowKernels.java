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
 * 4; {@code LANES} is a constant, so the compiler drops what a width does not need. The last elements of a row are
 * loaded under masks with +0 elsewhere, which changes no lane: a chain that starts from +0 never becomes −0.
 *
 * <p>The maximum treats NaN otherwise than {@code Math.max}, which nobody can see: a row with a NaN has a NaN in its
 * sum of exponentials, so all its results are NaN anyway.
 */
final class Vector512RowKernels implements RowKernels {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_512;
    private static final int LANES = SPECIES.length();
    private static final int VIRTUAL_LANES = 16;

    // Exchanges of lanes at a distance; those beyond the vector's length are never used.
    private static final VectorShuffle<Float> EXCHANGE_8 = exchange(8);
    private static final VectorShuffle<Float> EXCHANGE_4 = exchange(4);
    private static final VectorShuffle<Float> EXCHANGE_2 = exchange(2);
    private static final VectorShuffle<Float> EXCHANGE_1 = exchange(1);

    private static VectorShuffle<Float> exchange(int distance) {
        return VectorShuffle.fromOp(SPECIES, lane -> (lane ^ distance) % LANES);
    }

    @Override
    public float sum(int n, float[] x, int xOffset) {
        return sumOf(n, x, xOffset);
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
        int whole = n & -VIRTUAL_LANES;
        for (int j = 0; j < whole; j += VIRTUAL_LANES) {
            s0 = load(x, xOffset + j).fma(load(y, yOffset + j), s0);
            if (LANES < 16) {
                s1 = load(x, xOffset + j + LANES).fma(load(y, yOffset + j + LANES), s1);
            }
            if (LANES < 8) {
                s2 = load(x, xOffset + j + 2 * LANES).fma(load(y, yOffset + j + 2 * LANES), s2);
                s3 = load(x, xOffset + j + 3 * LANES).fma(load(y, yOffset + j + 3 * LANES), s3);
            }
        }
        if (whole < n) {
            s0 = loadRest(x, xOffset, whole, n).fma(loadRest(y, yOffset, whole, n), s0);
            if (LANES < 16) {
                s1 = loadRest(x, xOffset, whole + LANES, n).fma(loadRest(y, yOffset, whole + LANES, n), s1);
            }
            if (LANES < 8) {
                s2 = loadRest(x, xOffset, whole + 2 * LANES, n).fma(loadRest(y, yOffset, whole + 2 * LANES, n), s2);
                s3 = loadRest(x, xOffset, whole + 3 * LANES, n).fma(loadRest(y, yOffset, whole + 3 * LANES, n), s3);
            }
        }
        return fold(s0, s1, s2, s3);
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
        int whole = SPECIES.loopBound(n);
        VectorMask<Float> rest = SPECIES.indexInRange(whole, n);
        for (int row = 0; row < rows; row++) {
            int from = xOffset + row * n;
            int to = outOffset + row * n;
            float mean = sumOf(n, x, from) / n;
            float variance = squaresOf(n, x, from, mean) / n;
            float r = 1f / (float) Math.sqrt(variance + epsilon);
            if (gamma == null || beta == null) {
                for (int j = 0; j < whole; j += LANES) {
                    load(x, from + j).sub(mean).mul(r).intoArray(out, to + j);
                }
                if (whole < n) {
                    FloatVector v = FloatVector.fromArray(SPECIES, x, from + whole, rest);
                    v.sub(mean).mul(r).intoArray(out, to + whole, rest);
                }
            } else {
                for (int j = 0; j < whole; j += LANES) {
                    FloatVector normalised = load(x, from + j).sub(mean).mul(r);
                    normalised
                            .fma(load(gamma, gammaOffset + j), load(beta, betaOffset + j))
                            .intoArray(out, to + j);
                }
                if (whole < n) {
                    FloatVector v = FloatVector.fromArray(SPECIES, x, from + whole, rest);
                    FloatVector g = FloatVector.fromArray(SPECIES, gamma, gammaOffset + whole, rest);
                    FloatVector b = FloatVector.fromArray(SPECIES, beta, betaOffset + whole, rest);
                    v.sub(mean).mul(r).fma(g, b).intoArray(out, to + whole, rest);
                }
            }
        }
    }

    @Override
    public void softmax(int rows, int n, float[] x, int xOffset, int ldx, float[] out, int outOffset, int ldOut) {
        int whole = SPECIES.loopBound(n);
        VectorMask<Float> rest = SPECIES.indexInRange(whole, n);
        for (int row = 0; row < rows; row++) {
            int from = xOffset + row * ldx;
            int to = outOffset + row * ldOut;
            float max = maxOf(n, x, from);
            for (int j = 0; j < whole; j += LANES) {
                decay(load(x, from + j).sub(max)).intoArray(out, to + j);
            }
            if (whole < n) {
                decay(FloatVector.fromArray(SPECIES, x, from + whole, rest).sub(max))
                        .intoArray(out, to + whole, rest);
            }
            float factor = 1f / sumOf(n, out, to);
            for (int j = 0; j < whole; j += LANES) {
                load(out, to + j).mul(factor).intoArray(out, to + j);
            }
            if (whole < n) {
                FloatVector.fromArray(SPECIES, out, to + whole, rest)
                        .mul(factor)
                        .intoArray(out, to + whole, rest);
            }
        }
    }

    @Override
    public void logSoftmax(int rows, int n, float[] x, int xOffset, float[] out, int outOffset) {
        int whole = SPECIES.loopBound(n);
        VectorMask<Float> rest = SPECIES.indexInRange(whole, n);
        for (int row = 0; row < rows; row++) {
            int from = xOffset + row * n;
            int to = outOffset + row * n;
            float max = maxOf(n, x, from);
            float logSum = FloatMath.log(sumOfExp(n, x, from, max));
            for (int j = 0; j < whole; j += LANES) {
                load(x, from + j).sub(max).sub(logSum).intoArray(out, to + j);
            }
            if (whole < n) {
                FloatVector v = FloatVector.fromArray(SPECIES, x, from + whole, rest);
                v.sub(max).sub(logSum).intoArray(out, to + whole, rest);
            }
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

    private static FloatVector load(float[] x, int offset) {
        return FloatVector.fromArray(SPECIES, x, offset);
    }

    /** Elements j .. n − 1 of a row, at most a vector of them, and +0 after them. */
    private static FloatVector loadRest(float[] x, int offset, int j, int n) {
        return FloatVector.fromArray(SPECIES, x, offset + j, SPECIES.indexInRange(j, n));
    }

    private static float sumOf(int n, float[] x, int xOffset) {
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = FloatVector.zero(SPECIES);
        FloatVector s2 = FloatVector.zero(SPECIES);
        FloatVector s3 = FloatVector.zero(SPECIES);
        int whole = n & -VIRTUAL_LANES;
        for (int j = 0; j < whole; j += VIRTUAL_LANES) {
            s0 = s0.add(load(x, xOffset + j));
            if (LANES < 16) {
                s1 = s1.add(load(x, xOffset + j + LANES));
            }
            if (LANES < 8) {
                s2 = s2.add(load(x, xOffset + j + 2 * LANES));
                s3 = s3.add(load(x, xOffset + j + 3 * LANES));
            }
        }
        if (whole < n) {
            s0 = s0.add(loadRest(x, xOffset, whole, n));
            if (LANES < 16) {
                s1 = s1.add(loadRest(x, xOffset, whole + LANES, n));
            }
            if (LANES < 8) {
                s2 = s2.add(loadRest(x, xOffset, whole + 2 * LANES, n));
                s3 = s3.add(loadRest(x, xOffset, whole + 3 * LANES, n));
            }
        }
        return fold(s0, s1, s2, s3);
    }

    /** Σ (x − mean)². */
    private static float squaresOf(int n, float[] x, int xOffset, float mean) {
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = FloatVector.zero(SPECIES);
        FloatVector s2 = FloatVector.zero(SPECIES);
        FloatVector s3 = FloatVector.zero(SPECIES);
        int whole = n & -VIRTUAL_LANES;
        for (int j = 0; j < whole; j += VIRTUAL_LANES) {
            s0 = addSquare(s0, load(x, xOffset + j).sub(mean));
            if (LANES < 16) {
                s1 = addSquare(s1, load(x, xOffset + j + LANES).sub(mean));
            }
            if (LANES < 8) {
                s2 = addSquare(s2, load(x, xOffset + j + 2 * LANES).sub(mean));
                s3 = addSquare(s3, load(x, xOffset + j + 3 * LANES).sub(mean));
            }
        }
        if (whole < n) {
            s0 = addSquare(s0, loadRest(x, xOffset, whole, n).sub(mean, SPECIES.indexInRange(whole, n)));
            if (LANES < 16) {
                s1 = addSquare(
                        s1, loadRest(x, xOffset, whole + LANES, n).sub(mean, SPECIES.indexInRange(whole + LANES, n)));
            }
            if (LANES < 8) {
                s2 = addSquare(
                        s2,
                        loadRest(x, xOffset, whole + 2 * LANES, n)
                                .sub(mean, SPECIES.indexInRange(whole + 2 * LANES, n)));
                s3 = addSquare(
                        s3,
                        loadRest(x, xOffset, whole + 3 * LANES, n)
                                .sub(mean, SPECIES.indexInRange(whole + 3 * LANES, n)));
            }
        }
        return fold(s0, s1, s2, s3);
    }

    /** Greatest element; NaN is passed over. */
    private static float maxOf(int n, float[] x, int xOffset) {
        FloatVector s0 = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        FloatVector s1 = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        FloatVector s2 = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        FloatVector s3 = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        int whole = n & -VIRTUAL_LANES;
        for (int j = 0; j < whole; j += VIRTUAL_LANES) {
            s0 = greater(s0, load(x, xOffset + j));
            if (LANES < 16) {
                s1 = greater(s1, load(x, xOffset + j + LANES));
            }
            if (LANES < 8) {
                s2 = greater(s2, load(x, xOffset + j + 2 * LANES));
                s3 = greater(s3, load(x, xOffset + j + 3 * LANES));
            }
        }
        if (whole < n) {
            s0 = s0.blend(greater(s0, loadRest(x, xOffset, whole, n)), SPECIES.indexInRange(whole, n));
            if (LANES < 16) {
                s1 = s1.blend(
                        greater(s1, loadRest(x, xOffset, whole + LANES, n)), SPECIES.indexInRange(whole + LANES, n));
            }
            if (LANES < 8) {
                s2 = s2.blend(
                        greater(s2, loadRest(x, xOffset, whole + 2 * LANES, n)),
                        SPECIES.indexInRange(whole + 2 * LANES, n));
                s3 = s3.blend(
                        greater(s3, loadRest(x, xOffset, whole + 3 * LANES, n)),
                        SPECIES.indexInRange(whole + 3 * LANES, n));
            }
        }
        return foldMax(s0, s1, s2, s3);
    }

    /** Σ exp(x − max). */
    private static float sumOfExp(int n, float[] x, int xOffset, float max) {
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = FloatVector.zero(SPECIES);
        FloatVector s2 = FloatVector.zero(SPECIES);
        FloatVector s3 = FloatVector.zero(SPECIES);
        int whole = n & -VIRTUAL_LANES;
        for (int j = 0; j < whole; j += VIRTUAL_LANES) {
            s0 = s0.add(decay(load(x, xOffset + j).sub(max)));
            if (LANES < 16) {
                s1 = s1.add(decay(load(x, xOffset + j + LANES).sub(max)));
            }
            if (LANES < 8) {
                s2 = s2.add(decay(load(x, xOffset + j + 2 * LANES).sub(max)));
                s3 = s3.add(decay(load(x, xOffset + j + 3 * LANES).sub(max)));
            }
        }
        if (whole < n) {
            s0 = s0.add(decay(loadRest(x, xOffset, whole, n).sub(max)), SPECIES.indexInRange(whole, n));
            if (LANES < 16) {
                s1 = s1.add(
                        decay(loadRest(x, xOffset, whole + LANES, n).sub(max)), SPECIES.indexInRange(whole + LANES, n));
            }
            if (LANES < 8) {
                s2 = s2.add(
                        decay(loadRest(x, xOffset, whole + 2 * LANES, n).sub(max)),
                        SPECIES.indexInRange(whole + 2 * LANES, n));
                s3 = s3.add(
                        decay(loadRest(x, xOffset, whole + 3 * LANES, n).sub(max)),
                        SPECIES.indexInRange(whole + 3 * LANES, n));
            }
        }
        return fold(s0, s1, s2, s3);
    }

    private static FloatVector addSquare(FloatVector sum, FloatVector d) {
        return d.fma(d, sum);
    }

    private static FloatVector greater(FloatVector a, FloatVector b) {
        return a.blend(b, b.compare(VectorOperators.GT, a));
    }

    /** The tree l + 8, l + 4, l + 2, l + 1; exchanging both ways leaves the same sum in every lane. */
    private static float fold(FloatVector s0, FloatVector s1, FloatVector s2, FloatVector s3) {
        FloatVector s = s0;
        if (LANES == 16) {
            s = s.add(s.rearrange(EXCHANGE_8));
        }
        if (LANES == 8) {
            s = s0.add(s1);
        }
        if (LANES == 4) {
            s = s0.add(s2).add(s1.add(s3));
        }
        if (LANES > 4) {
            s = s.add(s.rearrange(EXCHANGE_4));
        }
        s = s.add(s.rearrange(EXCHANGE_2));
        return s.add(s.rearrange(EXCHANGE_1)).lane(0);
    }

    private static float foldMax(FloatVector s0, FloatVector s1, FloatVector s2, FloatVector s3) {
        FloatVector s = s0;
        if (LANES == 16) {
            s = greater(s, s.rearrange(EXCHANGE_8));
        }
        if (LANES == 8) {
            s = greater(s0, s1);
        }
        if (LANES == 4) {
            s = greater(greater(s0, s2), greater(s1, s3));
        }
        if (LANES > 4) {
            s = greater(s, s.rearrange(EXCHANGE_4));
        }
        s = greater(s, s.rearrange(EXCHANGE_2));
        return greater(s, s.rearrange(EXCHANGE_1)).lane(0);
    }

    /** e^v for v ≤ 0, bit for bit {@link FloatMath#exp}: a power of two and its inverse round as two of its factors. */
    private static FloatVector decay(FloatVector v) {
        FloatVector rounder = FloatVector.broadcast(SPECIES, FloatMath.ROUNDER);
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        FloatVector z = v.fma(FloatVector.broadcast(SPECIES, FloatMath.LOG2_E), rounder);
        FloatVector k = z.sub(rounder);
        FloatVector r = k.fma(FloatVector.broadcast(SPECIES, FloatMath.MINUS_LN2_HIGH), v);
        r = k.fma(FloatVector.broadcast(SPECIES, FloatMath.MINUS_LN2_LOW), r);
        FloatVector e = FloatVector.broadcast(SPECIES, FloatMath.E6)
                .fma(r, FloatVector.broadcast(SPECIES, FloatMath.E5))
                .fma(r, FloatVector.broadcast(SPECIES, FloatMath.E4))
                .fma(r, FloatVector.broadcast(SPECIES, FloatMath.E3))
                .fma(r, FloatVector.broadcast(SPECIES, FloatMath.E2))
                .fma(r, one)
                .fma(r, one);
        IntVector power = z.reinterpretAsInts().lanewise(VectorOperators.LSHL, FloatMath.MANTISSA_BITS);
        e = e.mul(power.add(FloatMath.DECAY_SCALE_BITS).reinterpretAsFloats()).mul(FloatMath.DECAY_UNSCALE);
        return e.blend(0f, v.compare(VectorOperators.LT, FloatMath.EXP_UNDERFLOW));
    }
}
