package dev.flops.tensor.internal.kernel;

import static dev.flops.tensor.internal.kernel.Vector512Sums.EXCHANGE_1;
import static dev.flops.tensor.internal.kernel.Vector512Sums.EXCHANGE_2;
import static dev.flops.tensor.internal.kernel.Vector512Sums.EXCHANGE_4;
import static dev.flops.tensor.internal.kernel.Vector512Sums.EXCHANGE_8;
import static dev.flops.tensor.internal.kernel.Vector512Sums.VIRTUAL_LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Softmax and its kin by vectors. No vector crosses a call, and the arithmetic is written out where it is needed: in
 * methods of this size the compiler stops inlining, and a vector that crosses a call is allocated. exp is {@link
 * FloatMath#exp} for arguments ≤ 0, with another pair of powers of two, which rounds alike.
 *
 * <p>The maximum treats NaN otherwise than {@code Math.max}, which nobody can see: a row with a NaN has a NaN in its
 * sum of exponentials, so all its results are NaN anyway.
 */
final class Vector512Softmax {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_512;
    private static final int LANES = SPECIES.length();

    private Vector512Softmax() {}

    /** See {@link RowKernels#softmax}. */
    static void softmax(int rows, int n, float[] x, int xOffset, int ldx, float[] out, int outOffset, int ldOut) {
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
                factor = FloatVector.broadcast(SPECIES, 1f / Vector512Sums.sum(n, out, to));
            }
            for (int j = 0; j < whole; j += LANES) {
                FloatVector.fromArray(SPECIES, out, to + j).mul(factor).intoArray(out, to + j);
            }
            e.mul(factor).intoArray(out, to + whole, rest);
        }
    }

    /** See {@link RowKernels#logSoftmax}. */
    static void logSoftmax(int rows, int n, float[] x, int xOffset, float[] out, int outOffset) {
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

    /** See {@link RowKernels#crossEntropy}. */
    static void crossEntropy(
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
