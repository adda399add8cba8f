package dev.flops.tensor.internal.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sums along a row. The 16 virtual lanes are the lanes of one vector of 16 floats, two of 8 or four of 4; {@code LANES}
 * is a constant, so the compiler drops what a width does not need. The last 1 to 16 elements of a row are loaded under
 * masks with +0 elsewhere, which changes no lane: a chain that starts from +0 never becomes −0.
 */
final class Vector512Sums {
    static final int VIRTUAL_LANES = 16;

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_512;
    private static final int LANES = SPECIES.length();

    // Exchanges of lanes at a distance; those beyond the vector's length are never used. Exchanging both ways leaves
    // the same sum in every lane.
    static final VectorShuffle<Float> EXCHANGE_8 = exchange(8);
    static final VectorShuffle<Float> EXCHANGE_4 = exchange(4);
    static final VectorShuffle<Float> EXCHANGE_2 = exchange(2);
    static final VectorShuffle<Float> EXCHANGE_1 = exchange(1);

    private Vector512Sums() {}

    private static VectorShuffle<Float> exchange(int distance) {
        return VectorShuffle.fromOp(SPECIES, lane -> (lane ^ distance) % LANES);
    }

    /** Σ x. */
    static float sum(int n, float[] x, int xOffset) {
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

    /** Σ x·y. */
    static float dot(int n, float[] x, int xOffset, float[] y, int yOffset) {
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
            s2 = plusRest(n, whole + 2 * LANES, x, xOffset, y, yOffset, s2);
            s3 = plusRest(n, whole + 3 * LANES, x, xOffset, y, yOffset, s3);
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

    /**
     * Adds x·y of the entries from j to n, at most a vector of them. Only vectors of 4 need it: with all four of their rests in it, the
     * first compiler does not take the caller.
     * Where the second one does not make it a part of the caller, two vectors are allocated.
     */
    private static FloatVector plusRest(int n, int j, float[] x, int xOffset, float[] y, int yOffset, FloatVector sum) {
        VectorMask<Float> rest = SPECIES.indexInRange(j, n);
        FloatVector v = FloatVector.fromArray(SPECIES, y, yOffset + j, rest);
        return FloatVector.fromArray(SPECIES, x, xOffset + j, rest).fma(v, sum);
    }

    /** Σ (x − mean)². */
    static float sumOfSquaredDeviations(int n, float[] x, int xOffset, float mean) {
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
}
