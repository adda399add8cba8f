package dev.flops.tensor.internal.kernel;

import dev.flops.api.Distribution;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * Noise by vectors: a vector of Threefry blocks gives a vector of the lower and one of the upper half of a group. The
 * rounds are written out in both distributions, because a vector that crosses a call which is not inlined is allocated.
 */
final class Vector512NoiseKernels implements NoiseKernels {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_512;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_512;
    private static final int LANES = SPECIES.length();
    private static final int GROUP = 32;
    private static final int HALF = GROUP / 2;
    private static final int PARITY = 0x1BD11BDA;

    /** Elements of a block of signs, whole groups. */
    private static final int SIGNS = 512;

    /** Elements from which on a run in place goes by blocks. */
    private static final int LEAST_IN_PLACE = 4096;

    @Override
    public void fill(Distribution distribution, long key, int counter1, long first, int n, float[] out, int outOffset) {
        run(distribution, key, counter1, first, n, 0f, null, 0, out, outOffset);
    }

    @Override
    public void addScaled(
            Distribution distribution,
            long key,
            int counter1,
            long first,
            int n,
            float sigma,
            float[] x,
            int xOffset,
            float[] out,
            int outOffset) {
        run(distribution, key, counter1, first, n, sigma, x, xOffset, out, outOffset);
    }

    private static void run(
            Distribution distribution,
            long key,
            int counter1,
            long first,
            int n,
            float sigma,
            float @Nullable [] x,
            int xOffset,
            float[] out,
            int outOffset) {
        int key0 = (int) (key >>> 32);
        int key1 = (int) key;
        // Where the group of `first` begins, -31 .. 0, and the counter there.
        int start = -(int) (first % GROUP);
        int counter = (int) (first / GROUP * HALF);
        if (distribution == Distribution.RADEMACHER) {
            signs(key0, key1, counter, counter1, start, n, sigma, x, xOffset, out, outOffset);
            return;
        }
        int done = 0;
        if (start < 0) {
            done = Math.min(n, start + GROUP);
            gaussian(key0, key1, counter, counter1, start, done, sigma, x, xOffset, out, outOffset);
            counter += HALF;
        }
        // In place the blocks go through memory of their own, which short runs are not worth.
        boolean shortInPlace = isSame(x, out) && n < LEAST_IN_PLACE;
        int whole = shortInPlace ? 0 : (n - done) / Vector512GaussianBlocks.MULTIPLE * Vector512GaussianBlocks.MULTIPLE;
        Vector512GaussianBlocks.run(
                key0, key1, counter, counter1, whole, sigma, x, xOffset + done, out, outOffset + done);
        counter += whole / 2;
        done += whole;
        gaussian(key0, key1, counter, counter1, 0, n - done, sigma, x, xOffset + done, out, outOffset + done);
    }

    @SuppressWarnings("ReferenceEquality") // the same memory is meant, not equal contents
    private static boolean isSame(float @Nullable [] a, float[] b) {
        return a == b;
    }

    private static void gaussian(
            int key0,
            int key1,
            int counter0,
            int counter1,
            int start,
            int n,
            float sigma,
            float @Nullable [] x,
            int xOffset,
            float[] out,
            int outOffset) {
        int key2 = PARITY ^ key0 ^ key1;
        IntVector lane = IntVector.zero(INTS).addIndex(1).add(counter0 + key0);
        IntVector second = IntVector.broadcast(INTS, counter1 + key1);
        FloatVector factor = FloatVector.broadcast(SPECIES, sigma);
        FloatVector ln2 = FloatVector.broadcast(SPECIES, FloatMath.LN2);
        FloatVector log0 = FloatVector.broadcast(SPECIES, FloatMath.L0);
        FloatVector log1 = FloatVector.broadcast(SPECIES, FloatMath.L1);
        FloatVector log2 = FloatVector.broadcast(SPECIES, FloatMath.L2);
        FloatVector log3 = FloatVector.broadcast(SPECIES, FloatMath.L3);
        FloatVector log4 = FloatVector.broadcast(SPECIES, FloatMath.L4);
        FloatVector log5 = FloatVector.broadcast(SPECIES, FloatMath.L5);
        FloatVector log6 = FloatVector.broadcast(SPECIES, FloatMath.L6);
        FloatVector log7 = FloatVector.broadcast(SPECIES, FloatMath.L7);
        FloatVector s0 = FloatVector.broadcast(SPECIES, FloatMath.S0);
        FloatVector s1 = FloatVector.broadcast(SPECIES, FloatMath.S1);
        FloatVector s2 = FloatVector.broadcast(SPECIES, FloatMath.S2);
        FloatVector s3 = FloatVector.broadcast(SPECIES, FloatMath.S3);
        FloatVector s4 = FloatVector.broadcast(SPECIES, FloatMath.S4);
        FloatVector c0 = FloatVector.broadcast(SPECIES, FloatMath.C0);
        FloatVector c1 = FloatVector.broadcast(SPECIES, FloatMath.C1);
        FloatVector c2 = FloatVector.broadcast(SPECIES, FloatMath.C2);
        FloatVector c3 = FloatVector.broadcast(SPECIES, FloatMath.C3);
        FloatVector c4 = FloatVector.broadcast(SPECIES, FloatMath.C4);
        FloatVector c5 = FloatVector.broadcast(SPECIES, FloatMath.C5);
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        FloatVector uniformScale = FloatVector.broadcast(SPECIES, 0x1p-31f);
        FloatVector uniformShift = FloatVector.broadcast(SPECIES, 0x1p-32f);
        int end = (n - start + GROUP - 1) / GROUP * HALF;
        for (int p = 0; p < end; p += LANES) {
            IntVector w0 = lane.add(p);
            IntVector w1 = second;
            w0 = w0.add(w1);
            w1 = w1.lanewise(VectorOperators.ROL, 13).lanewise(VectorOperators.XOR, w0);
            w0 = w0.add(w1);
            w1 = w1.lanewise(VectorOperators.ROL, 15).lanewise(VectorOperators.XOR, w0);
            w0 = w0.add(w1);
            w1 = w1.lanewise(VectorOperators.ROL, 26).lanewise(VectorOperators.XOR, w0);
            w0 = w0.add(w1);
            w1 = w1.lanewise(VectorOperators.ROL, 6).lanewise(VectorOperators.XOR, w0);
            w0 = w0.add(key1);
            w1 = w1.add(key2 + 1);
            w0 = w0.add(w1);
            w1 = w1.lanewise(VectorOperators.ROL, 17).lanewise(VectorOperators.XOR, w0);
            w0 = w0.add(w1);
            w1 = w1.lanewise(VectorOperators.ROL, 29).lanewise(VectorOperators.XOR, w0);
            w0 = w0.add(w1);
            w1 = w1.lanewise(VectorOperators.ROL, 16).lanewise(VectorOperators.XOR, w0);
            w0 = w0.add(w1);
            w1 = w1.lanewise(VectorOperators.ROL, 24).lanewise(VectorOperators.XOR, w0);
            w0 = w0.add(key2);
            w1 = w1.add(key0 + 2);
            w0 = w0.add(w1);
            w1 = w1.lanewise(VectorOperators.ROL, 13).lanewise(VectorOperators.XOR, w0);
            w0 = w0.add(w1);
            w1 = w1.lanewise(VectorOperators.ROL, 15).lanewise(VectorOperators.XOR, w0);
            w0 = w0.add(w1);
            w1 = w1.lanewise(VectorOperators.ROL, 26).lanewise(VectorOperators.XOR, w0);
            w0 = w0.add(w1);
            w1 = w1.lanewise(VectorOperators.ROL, 6).lanewise(VectorOperators.XOR, w0);
            w0 = w0.add(key0);
            w1 = w1.add(key1 + 3);
            w0 = w0.add(w1);
            w1 = w1.lanewise(VectorOperators.ROL, 17).lanewise(VectorOperators.XOR, w0);
            w0 = w0.add(w1);
            w1 = w1.lanewise(VectorOperators.ROL, 29).lanewise(VectorOperators.XOR, w0);
            w0 = w0.add(w1);
            w1 = w1.lanewise(VectorOperators.ROL, 16).lanewise(VectorOperators.XOR, w0);
            w0 = w0.add(w1);
            w1 = w1.lanewise(VectorOperators.ROL, 24).lanewise(VectorOperators.XOR, w0);
            w0 = w0.add(key1);
            w1 = w1.add(key2 + 4);
            w0 = w0.add(w1);
            w1 = w1.lanewise(VectorOperators.ROL, 13).lanewise(VectorOperators.XOR, w0);
            w0 = w0.add(w1);
            w1 = w1.lanewise(VectorOperators.ROL, 15).lanewise(VectorOperators.XOR, w0);
            w0 = w0.add(w1);
            w1 = w1.lanewise(VectorOperators.ROL, 26).lanewise(VectorOperators.XOR, w0);
            w0 = w0.add(w1);
            w1 = w1.lanewise(VectorOperators.ROL, 6).lanewise(VectorOperators.XOR, w0);
            w0 = w0.add(key2);
            w1 = w1.add(key0 + 5);
            FloatVector u = (FloatVector) w0.lanewise(VectorOperators.LSHR, 1).convert(VectorOperators.I2F, 0);
            IntVector y = u.fma(uniformScale, uniformShift).reinterpretAsInts();
            IntVector exponent = y.sub(FloatMath.TWO_THIRDS_BITS);
            exponent = exponent.lanewise(VectorOperators.ASHR, FloatMath.MANTISSA_BITS);
            FloatVector k = (FloatVector) exponent.convert(VectorOperators.I2F, 0);
            y = y.sub(exponent.lanewise(VectorOperators.LSHL, FloatMath.MANTISSA_BITS));
            FloatVector f = y.reinterpretAsFloats().sub(one);
            FloatVector log = log7.fma(f, log6);
            log = log.fma(f, log5);
            log = log.fma(f, log4);
            log = log.fma(f, log3);
            log = log.fma(f, log2);
            log = log.fma(f, log1);
            log = log.fma(f, log0);
            log = k.fma(ln2, f.mul(f).fma(log, f));
            FloatVector radius = log.mul(-2f).sqrt();
            FloatVector angle = ((FloatVector) w1.convert(VectorOperators.I2F, 0)).mul(uniformScale);
            FloatVector t = angle.mul(angle);
            FloatVector s = s4.fma(t, s3);
            s = s.fma(t, s2);
            s = s.fma(t, s1);
            s = s.fma(t, s0);
            s = angle.mul(s);
            FloatVector c = c5.fma(t, c4);
            c = c.fma(t, c3);
            c = c.fma(t, c2);
            c = c.fma(t, c1);
            c = c.fma(t, c0);
            FloatVector lower = radius.mul(s.neg().fma(s, one));
            FloatVector upper = radius.mul(s.mul(c));
            int lowerAt = start + p + (p & -HALF);
            int upperAt = lowerAt + HALF;
            if (lowerAt >= 0 && upperAt <= n - LANES) {
                if (x == null) {
                    lower.intoArray(out, outOffset + lowerAt);
                    upper.intoArray(out, outOffset + upperAt);
                } else {
                    FloatVector v = FloatVector.fromArray(SPECIES, x, xOffset + lowerAt);
                    FloatVector w = FloatVector.fromArray(SPECIES, x, xOffset + upperAt);
                    lower.fma(factor, v).intoArray(out, outOffset + lowerAt);
                    upper.fma(factor, w).intoArray(out, outOffset + upperAt);
                }
            } else {
                VectorMask<Float> lowerMask = SPECIES.indexInRange(lowerAt, n);
                VectorMask<Float> upperMask = SPECIES.indexInRange(upperAt, n);
                if (x == null) {
                    lower.intoArray(out, outOffset + lowerAt, lowerMask);
                    upper.intoArray(out, outOffset + upperAt, upperMask);
                } else {
                    FloatVector v = FloatVector.fromArray(SPECIES, x, xOffset + lowerAt, lowerMask);
                    FloatVector w = FloatVector.fromArray(SPECIES, x, xOffset + upperAt, upperMask);
                    lower.fma(factor, v).intoArray(out, outOffset + lowerAt, lowerMask);
                    upper.fma(factor, w).intoArray(out, outOffset + upperAt, upperMask);
                }
            }
        }
    }

    /**
     * Signs by blocks that end with a group. A call for each has the method compiled as a whole; the optimising compiler refuses it as
     * an on-stack replacement of one long loop ("too many clones"), and the first compiler's code would then run for seconds.
     */
    private static void signs(
            int key0,
            int key1,
            int counter0,
            int counter1,
            int start,
            int n,
            float sigma,
            float @Nullable [] x,
            int xOffset,
            float[] out,
            int outOffset) {
        int begin = start;
        int counter = counter0;
        for (int done = 0, size; done < n; done += size, counter += SIGNS / 2, begin = 0) {
            size = Math.min(n - done, begin + SIGNS);
            rademacher(key0, key1, counter, counter1, begin, size, sigma, x, xOffset + done, out, outOffset + done);
        }
    }

    private static void rademacher(
            int key0,
            int key1,
            int counter0,
            int counter1,
            int start,
            int n,
            float sigma,
            float @Nullable [] x,
            int xOffset,
            float[] out,
            int outOffset) {
        int key2 = PARITY ^ key0 ^ key1;
        IntVector lane = IntVector.zero(INTS).addIndex(1).add(counter0 + key0);
        IntVector second = IntVector.broadcast(INTS, counter1 + key1);
        FloatVector factor = FloatVector.broadcast(SPECIES, sigma);
        int end = (n - start + GROUP - 1) / GROUP * HALF;
        for (int p = 0; p < end; p += LANES) {
            IntVector w0 = lane.add(p);
            IntVector w1 = second;
            w0 = w0.add(w1);
            w1 = w1.lanewise(VectorOperators.ROL, 13).lanewise(VectorOperators.XOR, w0);
            w0 = w0.add(w1);
            w1 = w1.lanewise(VectorOperators.ROL, 15).lanewise(VectorOperators.XOR, w0);
            w0 = w0.add(w1);
            w1 = w1.lanewise(VectorOperators.ROL, 26).lanewise(VectorOperators.XOR, w0);
            w0 = w0.add(w1);
            w1 = w1.lanewise(VectorOperators.ROL, 6).lanewise(VectorOperators.XOR, w0);
            w0 = w0.add(key1);
            w1 = w1.add(key2 + 1);
            w0 = w0.add(w1);
            w1 = w1.lanewise(VectorOperators.ROL, 17).lanewise(VectorOperators.XOR, w0);
            w0 = w0.add(w1);
            w1 = w1.lanewise(VectorOperators.ROL, 29).lanewise(VectorOperators.XOR, w0);
            w0 = w0.add(w1);
            w1 = w1.lanewise(VectorOperators.ROL, 16).lanewise(VectorOperators.XOR, w0);
            w0 = w0.add(w1);
            w1 = w1.lanewise(VectorOperators.ROL, 24).lanewise(VectorOperators.XOR, w0);
            w0 = w0.add(key2);
            w1 = w1.add(key0 + 2);
            w0 = w0.add(w1);
            w1 = w1.lanewise(VectorOperators.ROL, 13).lanewise(VectorOperators.XOR, w0);
            w0 = w0.add(w1);
            w1 = w1.lanewise(VectorOperators.ROL, 15).lanewise(VectorOperators.XOR, w0);
            w0 = w0.add(w1);
            w1 = w1.lanewise(VectorOperators.ROL, 26).lanewise(VectorOperators.XOR, w0);
            w0 = w0.add(w1);
            w1 = w1.lanewise(VectorOperators.ROL, 6).lanewise(VectorOperators.XOR, w0);
            w0 = w0.add(key0);
            w1 = w1.add(key1 + 3);
            w0 = w0.add(w1);
            w1 = w1.lanewise(VectorOperators.ROL, 17).lanewise(VectorOperators.XOR, w0);
            w0 = w0.add(w1);
            w1 = w1.lanewise(VectorOperators.ROL, 29).lanewise(VectorOperators.XOR, w0);
            w0 = w0.add(w1);
            w1 = w1.lanewise(VectorOperators.ROL, 16).lanewise(VectorOperators.XOR, w0);
            w0 = w0.add(w1);
            w1 = w1.lanewise(VectorOperators.ROL, 24).lanewise(VectorOperators.XOR, w0);
            w0 = w0.add(key1);
            w1 = w1.add(key2 + 4);
            w0 = w0.add(w1);
            w1 = w1.lanewise(VectorOperators.ROL, 13).lanewise(VectorOperators.XOR, w0);
            w0 = w0.add(w1);
            w1 = w1.lanewise(VectorOperators.ROL, 15).lanewise(VectorOperators.XOR, w0);
            w0 = w0.add(w1);
            w1 = w1.lanewise(VectorOperators.ROL, 26).lanewise(VectorOperators.XOR, w0);
            w0 = w0.add(w1);
            w1 = w1.lanewise(VectorOperators.ROL, 6).lanewise(VectorOperators.XOR, w0);
            w0 = w0.add(key2);
            w1 = w1.add(key0 + 5);
            FloatVector lower = w0.and(Integer.MIN_VALUE).or(FloatMath.ONE_BITS).reinterpretAsFloats();
            FloatVector upper = w1.and(Integer.MIN_VALUE).or(FloatMath.ONE_BITS).reinterpretAsFloats();
            int lowerAt = start + p + (p & -HALF);
            int upperAt = lowerAt + HALF;
            if (lowerAt >= 0 && upperAt <= n - LANES) {
                if (x == null) {
                    lower.intoArray(out, outOffset + lowerAt);
                    upper.intoArray(out, outOffset + upperAt);
                } else {
                    FloatVector v = FloatVector.fromArray(SPECIES, x, xOffset + lowerAt);
                    FloatVector w = FloatVector.fromArray(SPECIES, x, xOffset + upperAt);
                    lower.fma(factor, v).intoArray(out, outOffset + lowerAt);
                    upper.fma(factor, w).intoArray(out, outOffset + upperAt);
                }
            } else {
                VectorMask<Float> lowerMask = SPECIES.indexInRange(lowerAt, n);
                VectorMask<Float> upperMask = SPECIES.indexInRange(upperAt, n);
                if (x == null) {
                    lower.intoArray(out, outOffset + lowerAt, lowerMask);
                    upper.intoArray(out, outOffset + upperAt, upperMask);
                } else {
                    FloatVector v = FloatVector.fromArray(SPECIES, x, xOffset + lowerAt, lowerMask);
                    FloatVector w = FloatVector.fromArray(SPECIES, x, xOffset + upperAt, upperMask);
                    lower.fma(factor, v).intoArray(out, outOffset + lowerAt, lowerMask);
                    upper.fma(factor, w).intoArray(out, outOffset + upperAt, upperMask);
                }
            }
        }
    }
}
