package dev.flops.tensor.internal.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * Gaussian noise of whole groups in two stages over blocks that stay in the first-level cache: the words of Threefry
 * as raw bits into the output, two independent counters at a time because each is one long chain, and then Box–Muller
 * in place. Faster by a fifth than both in one loop, which does not find enough independent work.
 */
final class Vector512GaussianBlocks {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_512;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_512;
    private static final int LANES = SPECIES.length();
    private static final int PARITY = 0x1BD11BDA;

    /** Elements of a lower or upper half of a group. */
    private static final int HALF = 16;

    /** Elements that a run must be a multiple of: two vectors of counters for every width. */
    static final int MULTIPLE = 64;

    private static final int BLOCK = 512;

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
            // The words cannot pass through the output: a block of their own, once for the whole run.
            float[] words = new float[BLOCK];
            for (int i = 0; i < n; i += BLOCK) {
                int half = Math.min(BLOCK, n - i) / 2;
                words(key0, key1, counter0 + i / 2, counter1, half, words, 0);
                boxMuller(half, sigma, words, 0, x, xOffset + i, out, outOffset + i);
            }
            return;
        }
        for (int i = 0; i < n; i += BLOCK) {
            int half = Math.min(BLOCK, n - i) / 2;
            words(key0, key1, counter0 + i / 2, counter1, half, out, outOffset + i);
            boxMuller(half, sigma, out, outOffset + i, x, xOffset + i, out, outOffset + i);
        }
    }

    @SuppressWarnings("ReferenceEquality") // the same memory is meant, not equal contents
    private static boolean isSame(float @Nullable [] a, float[] b) {
        return a == b;
    }

    private static void words(
            int key0, int key1, int counter0, int counter1, int counters, float[] out, int outOffset) {
        int key2 = PARITY ^ key0 ^ key1;
        IntVector lane = IntVector.zero(INTS).addIndex(1).add(counter0 + key0);
        IntVector second = IntVector.broadcast(INTS, counter1 + key1);
        for (int p = 0; p < counters; p += 2 * LANES) {
            int q = p + LANES;
            IntVector a0 = lane.add(p);
            IntVector a1 = second;
            IntVector b0 = lane.add(q);
            IntVector b1 = second;
            a0 = a0.add(a1);
            b0 = b0.add(b1);
            a1 = a1.lanewise(VectorOperators.ROL, 13).lanewise(VectorOperators.XOR, a0);
            b1 = b1.lanewise(VectorOperators.ROL, 13).lanewise(VectorOperators.XOR, b0);
            a0 = a0.add(a1);
            b0 = b0.add(b1);
            a1 = a1.lanewise(VectorOperators.ROL, 15).lanewise(VectorOperators.XOR, a0);
            b1 = b1.lanewise(VectorOperators.ROL, 15).lanewise(VectorOperators.XOR, b0);
            a0 = a0.add(a1);
            b0 = b0.add(b1);
            a1 = a1.lanewise(VectorOperators.ROL, 26).lanewise(VectorOperators.XOR, a0);
            b1 = b1.lanewise(VectorOperators.ROL, 26).lanewise(VectorOperators.XOR, b0);
            a0 = a0.add(a1);
            b0 = b0.add(b1);
            a1 = a1.lanewise(VectorOperators.ROL, 6).lanewise(VectorOperators.XOR, a0);
            b1 = b1.lanewise(VectorOperators.ROL, 6).lanewise(VectorOperators.XOR, b0);
            a0 = a0.add(key1);
            b0 = b0.add(key1);
            a1 = a1.add(key2 + 1);
            b1 = b1.add(key2 + 1);
            a0 = a0.add(a1);
            b0 = b0.add(b1);
            a1 = a1.lanewise(VectorOperators.ROL, 17).lanewise(VectorOperators.XOR, a0);
            b1 = b1.lanewise(VectorOperators.ROL, 17).lanewise(VectorOperators.XOR, b0);
            a0 = a0.add(a1);
            b0 = b0.add(b1);
            a1 = a1.lanewise(VectorOperators.ROL, 29).lanewise(VectorOperators.XOR, a0);
            b1 = b1.lanewise(VectorOperators.ROL, 29).lanewise(VectorOperators.XOR, b0);
            a0 = a0.add(a1);
            b0 = b0.add(b1);
            a1 = a1.lanewise(VectorOperators.ROL, 16).lanewise(VectorOperators.XOR, a0);
            b1 = b1.lanewise(VectorOperators.ROL, 16).lanewise(VectorOperators.XOR, b0);
            a0 = a0.add(a1);
            b0 = b0.add(b1);
            a1 = a1.lanewise(VectorOperators.ROL, 24).lanewise(VectorOperators.XOR, a0);
            b1 = b1.lanewise(VectorOperators.ROL, 24).lanewise(VectorOperators.XOR, b0);
            a0 = a0.add(key2);
            b0 = b0.add(key2);
            a1 = a1.add(key0 + 2);
            b1 = b1.add(key0 + 2);
            a0 = a0.add(a1);
            b0 = b0.add(b1);
            a1 = a1.lanewise(VectorOperators.ROL, 13).lanewise(VectorOperators.XOR, a0);
            b1 = b1.lanewise(VectorOperators.ROL, 13).lanewise(VectorOperators.XOR, b0);
            a0 = a0.add(a1);
            b0 = b0.add(b1);
            a1 = a1.lanewise(VectorOperators.ROL, 15).lanewise(VectorOperators.XOR, a0);
            b1 = b1.lanewise(VectorOperators.ROL, 15).lanewise(VectorOperators.XOR, b0);
            a0 = a0.add(a1);
            b0 = b0.add(b1);
            a1 = a1.lanewise(VectorOperators.ROL, 26).lanewise(VectorOperators.XOR, a0);
            b1 = b1.lanewise(VectorOperators.ROL, 26).lanewise(VectorOperators.XOR, b0);
            a0 = a0.add(a1);
            b0 = b0.add(b1);
            a1 = a1.lanewise(VectorOperators.ROL, 6).lanewise(VectorOperators.XOR, a0);
            b1 = b1.lanewise(VectorOperators.ROL, 6).lanewise(VectorOperators.XOR, b0);
            a0 = a0.add(key0);
            b0 = b0.add(key0);
            a1 = a1.add(key1 + 3);
            b1 = b1.add(key1 + 3);
            a0 = a0.add(a1);
            b0 = b0.add(b1);
            a1 = a1.lanewise(VectorOperators.ROL, 17).lanewise(VectorOperators.XOR, a0);
            b1 = b1.lanewise(VectorOperators.ROL, 17).lanewise(VectorOperators.XOR, b0);
            a0 = a0.add(a1);
            b0 = b0.add(b1);
            a1 = a1.lanewise(VectorOperators.ROL, 29).lanewise(VectorOperators.XOR, a0);
            b1 = b1.lanewise(VectorOperators.ROL, 29).lanewise(VectorOperators.XOR, b0);
            a0 = a0.add(a1);
            b0 = b0.add(b1);
            a1 = a1.lanewise(VectorOperators.ROL, 16).lanewise(VectorOperators.XOR, a0);
            b1 = b1.lanewise(VectorOperators.ROL, 16).lanewise(VectorOperators.XOR, b0);
            a0 = a0.add(a1);
            b0 = b0.add(b1);
            a1 = a1.lanewise(VectorOperators.ROL, 24).lanewise(VectorOperators.XOR, a0);
            b1 = b1.lanewise(VectorOperators.ROL, 24).lanewise(VectorOperators.XOR, b0);
            a0 = a0.add(key1);
            b0 = b0.add(key1);
            a1 = a1.add(key2 + 4);
            b1 = b1.add(key2 + 4);
            a0 = a0.add(a1);
            b0 = b0.add(b1);
            a1 = a1.lanewise(VectorOperators.ROL, 13).lanewise(VectorOperators.XOR, a0);
            b1 = b1.lanewise(VectorOperators.ROL, 13).lanewise(VectorOperators.XOR, b0);
            a0 = a0.add(a1);
            b0 = b0.add(b1);
            a1 = a1.lanewise(VectorOperators.ROL, 15).lanewise(VectorOperators.XOR, a0);
            b1 = b1.lanewise(VectorOperators.ROL, 15).lanewise(VectorOperators.XOR, b0);
            a0 = a0.add(a1);
            b0 = b0.add(b1);
            a1 = a1.lanewise(VectorOperators.ROL, 26).lanewise(VectorOperators.XOR, a0);
            b1 = b1.lanewise(VectorOperators.ROL, 26).lanewise(VectorOperators.XOR, b0);
            a0 = a0.add(a1);
            b0 = b0.add(b1);
            a1 = a1.lanewise(VectorOperators.ROL, 6).lanewise(VectorOperators.XOR, a0);
            b1 = b1.lanewise(VectorOperators.ROL, 6).lanewise(VectorOperators.XOR, b0);
            a0 = a0.add(key2);
            b0 = b0.add(key2);
            a1 = a1.add(key0 + 5);
            b1 = b1.add(key0 + 5);
            // The lower half of a group lies at twice the counter's multiple of 16, the upper half 16 after it.
            int aAt = outOffset + p + (p & -HALF);
            int bAt = outOffset + q + (q & -HALF);
            a0.reinterpretAsFloats().intoArray(out, aAt);
            a1.reinterpretAsFloats().intoArray(out, aAt + HALF);
            b0.reinterpretAsFloats().intoArray(out, bAt);
            b1.reinterpretAsFloats().intoArray(out, bAt + HALF);
        }
    }

    private static void boxMuller(
            int counters,
            float sigma,
            float[] words,
            int wordsOffset,
            float @Nullable [] x,
            int xOffset,
            float[] out,
            int outOffset) {
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
        for (int p = 0; p < counters; p += LANES) {
            int at = p + (p & -HALF);
            IntVector w0 =
                    FloatVector.fromArray(SPECIES, words, wordsOffset + at).reinterpretAsInts();
            IntVector w1 = FloatVector.fromArray(SPECIES, words, wordsOffset + at + HALF)
                    .reinterpretAsInts();
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
