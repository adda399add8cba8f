package dev.flops.tensor.internal.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * Gaussian noise of whole groups in stages over blocks that stay in the first-level cache: the rounds of Threefry on raw bits in the
 * output, four at a time for four vectors of counters, then the radii of Box and Muller, then their sines and cosines. Each of these is
 * a chain of operations of two to four cycles that wait for each other, and only some 200 may wait at a time: short loops over much
 * find more independent work than one long loop.
 */
final class Vector512GaussianBlocks {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_512;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_512;
    private static final int LANES = SPECIES.length();
    private static final int PARITY = 0x1BD11BDA;

    /** Elements of a lower or upper half of a group. */
    private static final int HALF = 16;

    /** Vectors of counters that go through the rounds together. */
    private static final int CHAINS = 4;

    /** Elements that a run must be a multiple of, whole groups. */
    static final int MULTIPLE = 2 * CHAINS * LANES;

    /** Elements that go through a stage together: each stage begins and ends with idle units, which short blocks feel. */
    private static final int BLOCK = 2048;

    /** Where the words of a run in place are, which cannot pass through its output: one block for each thread. */
    private static final ThreadLocal<float[]> WORDS = ThreadLocal.withInitial(() -> new float[BLOCK]);

    private Vector512GaussianBlocks() {}

    /**
     * n elements, a multiple of {@link #MULTIPLE}, from the group whose first counter is counter0: out = ε, or
     * fma(sigma, ε, x) where x is given, which is the output itself or does not overlap it.
     */
    static void run(
            int key0,
            int key1,
            int counter0,
            int counter1,
            int n,
            float sigma,
            float @Nullable [] x,
            int xOffset,
            float[] out,
            int outOffset) {
        if (isSame(x, out)) {
            float[] words = WORDS.get();
            for (int i = 0; i < n; i += BLOCK) {
                int half = Math.min(BLOCK, n - i) / 2;
                words(key0, key1, counter0 + i / 2, counter1, half, words, 0);
                radii(half, words, 0);
                turn(half, sigma, words, 0, x, xOffset + i, out, outOffset + i);
            }
            return;
        }
        for (int i = 0; i < n; i += BLOCK) {
            int half = Math.min(BLOCK, n - i) / 2;
            words(key0, key1, counter0 + i / 2, counter1, half, out, outOffset + i);
            radii(half, out, outOffset + i);
            turn(half, sigma, out, outOffset + i, x, xOffset + i, out, outOffset + i);
        }
    }

    @SuppressWarnings("ReferenceEquality") // the same memory is meant, not equal contents
    private static boolean isSame(float @Nullable [] a, float[] b) {
        return a == b;
    }

    /** Threefry of 20 rounds: the words of each counter, in its place. */
    private static void words(
            int key0, int key1, int counter0, int counter1, int counters, float[] out, int outOffset) {
        int key2 = PARITY ^ key0 ^ key1;
        firstRounds(counter0 + key0, counter1 + key1, key1, key2 + 1, counters, out, outOffset);
        roundsAsFifth(key2, key0 + 2, counters, out, outOffset);
        roundsAsFirst(key0, key1 + 3, counters, out, outOffset);
        roundsAsFifth(key1, key2 + 4, counters, out, outOffset);
        roundsAsFirst(key2, key0 + 5, counters, out, outOffset);
    }

    /** The lower half of a group lies at twice the counter's multiple of 16, the upper half 16 after it. */
    private static int place(int counter) {
        // The same where a vector is a half, said so that the compiler needs to check no index inside of a loop.
        return LANES == HALF ? 2 * counter : counter + (counter & -HALF);
    }

    /**
     * Rounds 1 to 4 for the counters first0, first0 + 1, ..., whose second word is the same for all, and the words of the key that
     * follow. The first round needs no sum and no rotation for each vector.
     */
    private static void firstRounds(
            int first0, int first1, int key0, int key1, int counters, float[] words, int offset) {
        IntVector aLane = IntVector.zero(INTS).addIndex(1).add(first0 + first1);
        IntVector bLane = aLane.add(LANES);
        IntVector cLane = aLane.add(2 * LANES);
        IntVector dLane = aLane.add(3 * LANES);
        IntVector turned = IntVector.broadcast(INTS, Integer.rotateLeft(first1, 13));
        for (int p = 0; p < counters; p += CHAINS * LANES) {
            int aAt = offset + 2 * p;
            int bAt = offset + 2 * p + place(LANES);
            int cAt = offset + 2 * p + place(2 * LANES);
            int dAt = offset + 2 * p + place(3 * LANES);
            IntVector step = IntVector.broadcast(INTS, p);
            IntVector a0 = aLane.add(step);
            IntVector b0 = bLane.add(step);
            IntVector c0 = cLane.add(step);
            IntVector d0 = dLane.add(step);
            IntVector a1 = turned.lanewise(VectorOperators.XOR, a0);
            IntVector b1 = turned.lanewise(VectorOperators.XOR, b0);
            IntVector c1 = turned.lanewise(VectorOperators.XOR, c0);
            IntVector d1 = turned.lanewise(VectorOperators.XOR, d0);
            a0 = a0.add(a1);
            b0 = b0.add(b1);
            c0 = c0.add(c1);
            d0 = d0.add(d1);
            a1 = a1.lanewise(VectorOperators.ROL, 15).lanewise(VectorOperators.XOR, a0);
            b1 = b1.lanewise(VectorOperators.ROL, 15).lanewise(VectorOperators.XOR, b0);
            c1 = c1.lanewise(VectorOperators.ROL, 15).lanewise(VectorOperators.XOR, c0);
            d1 = d1.lanewise(VectorOperators.ROL, 15).lanewise(VectorOperators.XOR, d0);
            a0 = a0.add(a1);
            b0 = b0.add(b1);
            c0 = c0.add(c1);
            d0 = d0.add(d1);
            a1 = a1.lanewise(VectorOperators.ROL, 26).lanewise(VectorOperators.XOR, a0);
            b1 = b1.lanewise(VectorOperators.ROL, 26).lanewise(VectorOperators.XOR, b0);
            c1 = c1.lanewise(VectorOperators.ROL, 26).lanewise(VectorOperators.XOR, c0);
            d1 = d1.lanewise(VectorOperators.ROL, 26).lanewise(VectorOperators.XOR, d0);
            a0 = a0.add(a1);
            b0 = b0.add(b1);
            c0 = c0.add(c1);
            d0 = d0.add(d1);
            a1 = a1.lanewise(VectorOperators.ROL, 6).lanewise(VectorOperators.XOR, a0);
            b1 = b1.lanewise(VectorOperators.ROL, 6).lanewise(VectorOperators.XOR, b0);
            c1 = c1.lanewise(VectorOperators.ROL, 6).lanewise(VectorOperators.XOR, c0);
            d1 = d1.lanewise(VectorOperators.ROL, 6).lanewise(VectorOperators.XOR, d0);
            a0 = a0.add(key0);
            a1 = a1.add(key1);
            b0 = b0.add(key0);
            b1 = b1.add(key1);
            c0 = c0.add(key0);
            c1 = c1.add(key1);
            d0 = d0.add(key0);
            d1 = d1.add(key1);
            a0.reinterpretAsFloats().intoArray(words, aAt);
            a1.reinterpretAsFloats().intoArray(words, aAt + HALF);
            b0.reinterpretAsFloats().intoArray(words, bAt);
            b1.reinterpretAsFloats().intoArray(words, bAt + HALF);
            c0.reinterpretAsFloats().intoArray(words, cAt);
            c1.reinterpretAsFloats().intoArray(words, cAt + HALF);
            d0.reinterpretAsFloats().intoArray(words, dAt);
            d1.reinterpretAsFloats().intoArray(words, dAt + HALF);
        }
    }

    /** Four rounds with the rotations of rounds 1 to 4, in place, and the words of the key that follow. */
    private static void roundsAsFirst(int key0, int key1, int counters, float[] words, int offset) {
        for (int p = 0; p < counters; p += CHAINS * LANES) {
            int aAt = offset + 2 * p;
            int bAt = offset + 2 * p + place(LANES);
            int cAt = offset + 2 * p + place(2 * LANES);
            int dAt = offset + 2 * p + place(3 * LANES);
            IntVector a0 = FloatVector.fromArray(SPECIES, words, aAt).reinterpretAsInts();
            IntVector a1 = FloatVector.fromArray(SPECIES, words, aAt + HALF).reinterpretAsInts();
            IntVector b0 = FloatVector.fromArray(SPECIES, words, bAt).reinterpretAsInts();
            IntVector b1 = FloatVector.fromArray(SPECIES, words, bAt + HALF).reinterpretAsInts();
            IntVector c0 = FloatVector.fromArray(SPECIES, words, cAt).reinterpretAsInts();
            IntVector c1 = FloatVector.fromArray(SPECIES, words, cAt + HALF).reinterpretAsInts();
            IntVector d0 = FloatVector.fromArray(SPECIES, words, dAt).reinterpretAsInts();
            IntVector d1 = FloatVector.fromArray(SPECIES, words, dAt + HALF).reinterpretAsInts();
            a0 = a0.add(a1);
            b0 = b0.add(b1);
            c0 = c0.add(c1);
            d0 = d0.add(d1);
            a1 = a1.lanewise(VectorOperators.ROL, 13).lanewise(VectorOperators.XOR, a0);
            b1 = b1.lanewise(VectorOperators.ROL, 13).lanewise(VectorOperators.XOR, b0);
            c1 = c1.lanewise(VectorOperators.ROL, 13).lanewise(VectorOperators.XOR, c0);
            d1 = d1.lanewise(VectorOperators.ROL, 13).lanewise(VectorOperators.XOR, d0);
            a0 = a0.add(a1);
            b0 = b0.add(b1);
            c0 = c0.add(c1);
            d0 = d0.add(d1);
            a1 = a1.lanewise(VectorOperators.ROL, 15).lanewise(VectorOperators.XOR, a0);
            b1 = b1.lanewise(VectorOperators.ROL, 15).lanewise(VectorOperators.XOR, b0);
            c1 = c1.lanewise(VectorOperators.ROL, 15).lanewise(VectorOperators.XOR, c0);
            d1 = d1.lanewise(VectorOperators.ROL, 15).lanewise(VectorOperators.XOR, d0);
            a0 = a0.add(a1);
            b0 = b0.add(b1);
            c0 = c0.add(c1);
            d0 = d0.add(d1);
            a1 = a1.lanewise(VectorOperators.ROL, 26).lanewise(VectorOperators.XOR, a0);
            b1 = b1.lanewise(VectorOperators.ROL, 26).lanewise(VectorOperators.XOR, b0);
            c1 = c1.lanewise(VectorOperators.ROL, 26).lanewise(VectorOperators.XOR, c0);
            d1 = d1.lanewise(VectorOperators.ROL, 26).lanewise(VectorOperators.XOR, d0);
            a0 = a0.add(a1);
            b0 = b0.add(b1);
            c0 = c0.add(c1);
            d0 = d0.add(d1);
            a1 = a1.lanewise(VectorOperators.ROL, 6).lanewise(VectorOperators.XOR, a0);
            b1 = b1.lanewise(VectorOperators.ROL, 6).lanewise(VectorOperators.XOR, b0);
            c1 = c1.lanewise(VectorOperators.ROL, 6).lanewise(VectorOperators.XOR, c0);
            d1 = d1.lanewise(VectorOperators.ROL, 6).lanewise(VectorOperators.XOR, d0);
            a0 = a0.add(key0);
            a1 = a1.add(key1);
            b0 = b0.add(key0);
            b1 = b1.add(key1);
            c0 = c0.add(key0);
            c1 = c1.add(key1);
            d0 = d0.add(key0);
            d1 = d1.add(key1);
            a0.reinterpretAsFloats().intoArray(words, aAt);
            a1.reinterpretAsFloats().intoArray(words, aAt + HALF);
            b0.reinterpretAsFloats().intoArray(words, bAt);
            b1.reinterpretAsFloats().intoArray(words, bAt + HALF);
            c0.reinterpretAsFloats().intoArray(words, cAt);
            c1.reinterpretAsFloats().intoArray(words, cAt + HALF);
            d0.reinterpretAsFloats().intoArray(words, dAt);
            d1.reinterpretAsFloats().intoArray(words, dAt + HALF);
        }
    }

    /** Four rounds with the rotations of rounds 5 to 8. */
    private static void roundsAsFifth(int key0, int key1, int counters, float[] words, int offset) {
        for (int p = 0; p < counters; p += CHAINS * LANES) {
            int aAt = offset + 2 * p;
            int bAt = offset + 2 * p + place(LANES);
            int cAt = offset + 2 * p + place(2 * LANES);
            int dAt = offset + 2 * p + place(3 * LANES);
            IntVector a0 = FloatVector.fromArray(SPECIES, words, aAt).reinterpretAsInts();
            IntVector a1 = FloatVector.fromArray(SPECIES, words, aAt + HALF).reinterpretAsInts();
            IntVector b0 = FloatVector.fromArray(SPECIES, words, bAt).reinterpretAsInts();
            IntVector b1 = FloatVector.fromArray(SPECIES, words, bAt + HALF).reinterpretAsInts();
            IntVector c0 = FloatVector.fromArray(SPECIES, words, cAt).reinterpretAsInts();
            IntVector c1 = FloatVector.fromArray(SPECIES, words, cAt + HALF).reinterpretAsInts();
            IntVector d0 = FloatVector.fromArray(SPECIES, words, dAt).reinterpretAsInts();
            IntVector d1 = FloatVector.fromArray(SPECIES, words, dAt + HALF).reinterpretAsInts();
            a0 = a0.add(a1);
            b0 = b0.add(b1);
            c0 = c0.add(c1);
            d0 = d0.add(d1);
            a1 = a1.lanewise(VectorOperators.ROL, 17).lanewise(VectorOperators.XOR, a0);
            b1 = b1.lanewise(VectorOperators.ROL, 17).lanewise(VectorOperators.XOR, b0);
            c1 = c1.lanewise(VectorOperators.ROL, 17).lanewise(VectorOperators.XOR, c0);
            d1 = d1.lanewise(VectorOperators.ROL, 17).lanewise(VectorOperators.XOR, d0);
            a0 = a0.add(a1);
            b0 = b0.add(b1);
            c0 = c0.add(c1);
            d0 = d0.add(d1);
            a1 = a1.lanewise(VectorOperators.ROL, 29).lanewise(VectorOperators.XOR, a0);
            b1 = b1.lanewise(VectorOperators.ROL, 29).lanewise(VectorOperators.XOR, b0);
            c1 = c1.lanewise(VectorOperators.ROL, 29).lanewise(VectorOperators.XOR, c0);
            d1 = d1.lanewise(VectorOperators.ROL, 29).lanewise(VectorOperators.XOR, d0);
            a0 = a0.add(a1);
            b0 = b0.add(b1);
            c0 = c0.add(c1);
            d0 = d0.add(d1);
            a1 = a1.lanewise(VectorOperators.ROL, 16).lanewise(VectorOperators.XOR, a0);
            b1 = b1.lanewise(VectorOperators.ROL, 16).lanewise(VectorOperators.XOR, b0);
            c1 = c1.lanewise(VectorOperators.ROL, 16).lanewise(VectorOperators.XOR, c0);
            d1 = d1.lanewise(VectorOperators.ROL, 16).lanewise(VectorOperators.XOR, d0);
            a0 = a0.add(a1);
            b0 = b0.add(b1);
            c0 = c0.add(c1);
            d0 = d0.add(d1);
            a1 = a1.lanewise(VectorOperators.ROL, 24).lanewise(VectorOperators.XOR, a0);
            b1 = b1.lanewise(VectorOperators.ROL, 24).lanewise(VectorOperators.XOR, b0);
            c1 = c1.lanewise(VectorOperators.ROL, 24).lanewise(VectorOperators.XOR, c0);
            d1 = d1.lanewise(VectorOperators.ROL, 24).lanewise(VectorOperators.XOR, d0);
            a0 = a0.add(key0);
            a1 = a1.add(key1);
            b0 = b0.add(key0);
            b1 = b1.add(key1);
            c0 = c0.add(key0);
            c1 = c1.add(key1);
            d0 = d0.add(key0);
            d1 = d1.add(key1);
            a0.reinterpretAsFloats().intoArray(words, aAt);
            a1.reinterpretAsFloats().intoArray(words, aAt + HALF);
            b0.reinterpretAsFloats().intoArray(words, bAt);
            b1.reinterpretAsFloats().intoArray(words, bAt + HALF);
            c0.reinterpretAsFloats().intoArray(words, cAt);
            c1.reinterpretAsFloats().intoArray(words, cAt + HALF);
            d0.reinterpretAsFloats().intoArray(words, dAt);
            d1.reinterpretAsFloats().intoArray(words, dAt + HALF);
        }
    }

    /** In place of the first word the radius √(−2 ln u) of Box and Muller. */
    private static void radii(int counters, float[] words, int offset) {
        FloatVector ln2 = FloatVector.broadcast(SPECIES, FloatMath.LN2);
        FloatVector log0 = FloatVector.broadcast(SPECIES, FloatMath.L0);
        FloatVector log1 = FloatVector.broadcast(SPECIES, FloatMath.L1);
        FloatVector log2 = FloatVector.broadcast(SPECIES, FloatMath.L2);
        FloatVector log3 = FloatVector.broadcast(SPECIES, FloatMath.L3);
        FloatVector log4 = FloatVector.broadcast(SPECIES, FloatMath.L4);
        FloatVector log5 = FloatVector.broadcast(SPECIES, FloatMath.L5);
        FloatVector log6 = FloatVector.broadcast(SPECIES, FloatMath.L6);
        FloatVector log7 = FloatVector.broadcast(SPECIES, FloatMath.L7);
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        FloatVector uniformScale = FloatVector.broadcast(SPECIES, 0x1p-31f);
        FloatVector uniformShift = FloatVector.broadcast(SPECIES, 0x1p-32f);
        for (int p = 0; p < counters; p += LANES) {
            int at = offset + place(p);
            IntVector w0 = FloatVector.fromArray(SPECIES, words, at).reinterpretAsInts();
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
            log.mul(-2f).sqrt().intoArray(words, at);
        }
    }

    /** Normal numbers from radii and second words, an angle each: radius · (cos, sin), scaled and added to x where there is one. */
    private static void turn(
            int counters,
            float sigma,
            float[] words,
            int wordsOffset,
            float @Nullable [] x,
            int xOffset,
            float[] out,
            int outOffset) {
        FloatVector factor = FloatVector.broadcast(SPECIES, sigma);
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
        for (int p = 0; p < counters; p += LANES) {
            int at = place(p);
            FloatVector radius = FloatVector.fromArray(SPECIES, words, wordsOffset + at);
            IntVector w1 = FloatVector.fromArray(SPECIES, words, wordsOffset + at + HALF)
                    .reinterpretAsInts();
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
            if (x == null) {
                lower.intoArray(out, outOffset + at);
                upper.intoArray(out, outOffset + at + HALF);
            } else {
                FloatVector v = FloatVector.fromArray(SPECIES, x, xOffset + at);
                FloatVector w = FloatVector.fromArray(SPECIES, x, xOffset + at + HALF);
                lower.fma(factor, v).intoArray(out, outOffset + at);
                upper.fma(factor, w).intoArray(out, outOffset + at + HALF);
            }
        }
    }
}
