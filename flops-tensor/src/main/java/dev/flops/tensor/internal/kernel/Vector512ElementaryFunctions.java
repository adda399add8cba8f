package dev.flops.tensor.internal.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The elementary functions by vectors: {@link FloatMath} lane by lane, and {@link FloatMath} itself for what is left of a
 * row. Each is one method, because a vector that crosses a call which is not inlined is allocated.
 */
final class Vector512ElementaryFunctions {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_512;
    private static final int LANES = SPECIES.length();

    private Vector512ElementaryFunctions() {}

    /** See {@link ElementwiseKernels#exp}. */
    static void exp(int n, float[] x, int xOffset, float[] out, int outOffset) {
        FloatVector log2E = FloatVector.broadcast(SPECIES, FloatMath.LOG2_E);
        FloatVector rounder = FloatVector.broadcast(SPECIES, FloatMath.ROUNDER);
        FloatVector minusLn2High = FloatVector.broadcast(SPECIES, FloatMath.MINUS_LN2_HIGH);
        FloatVector minusLn2Low = FloatVector.broadcast(SPECIES, FloatMath.MINUS_LN2_LOW);
        FloatVector e2 = FloatVector.broadcast(SPECIES, FloatMath.E2);
        FloatVector e3 = FloatVector.broadcast(SPECIES, FloatMath.E3);
        FloatVector e4 = FloatVector.broadcast(SPECIES, FloatMath.E4);
        FloatVector e5 = FloatVector.broadcast(SPECIES, FloatMath.E5);
        FloatVector e6 = FloatVector.broadcast(SPECIES, FloatMath.E6);
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, xOffset + i);
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
            IntVector whole = z.reinterpretAsInts().sub(FloatMath.ROUNDER_BITS);
            IntVector half = whole.lanewise(VectorOperators.ASHR, 1);
            IntVector rest = whole.sub(half);
            half = half.lanewise(VectorOperators.LSHL, FloatMath.MANTISSA_BITS).add(FloatMath.ONE_BITS);
            rest = rest.lanewise(VectorOperators.LSHL, FloatMath.MANTISSA_BITS).add(FloatMath.ONE_BITS);
            e = e.mul(half.reinterpretAsFloats()).mul(rest.reinterpretAsFloats());
            e = e.blend(Float.POSITIVE_INFINITY, v.compare(VectorOperators.GT, FloatMath.EXP_OVERFLOW));
            e = e.blend(0f, v.compare(VectorOperators.LT, FloatMath.EXP_UNDERFLOW));
            e.intoArray(out, outOffset + i);
        }
        for (; i < n; i++) {
            out[outOffset + i] = FloatMath.exp(x[xOffset + i]);
        }
    }

    /** See {@link ElementwiseKernels#log}. */
    static void log(int n, float[] x, int xOffset, float[] out, int outOffset) {
        FloatVector c0 = FloatVector.broadcast(SPECIES, FloatMath.L0);
        FloatVector c1 = FloatVector.broadcast(SPECIES, FloatMath.L1);
        FloatVector c2 = FloatVector.broadcast(SPECIES, FloatMath.L2);
        FloatVector c3 = FloatVector.broadcast(SPECIES, FloatMath.L3);
        FloatVector c4 = FloatVector.broadcast(SPECIES, FloatMath.L4);
        FloatVector c5 = FloatVector.broadcast(SPECIES, FloatMath.L5);
        FloatVector c6 = FloatVector.broadcast(SPECIES, FloatMath.L6);
        FloatVector c7 = FloatVector.broadcast(SPECIES, FloatMath.L7);
        FloatVector ln2 = FloatVector.broadcast(SPECIES, FloatMath.LN2);
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, xOffset + i);
            VectorMask<Float> subnormal = v.compare(VectorOperators.LT, FloatMath.SMALLEST_NORMAL);
            IntVector y = v.blend(v.mul(FloatMath.SUBNORMAL_SCALE), subnormal).reinterpretAsInts();
            IntVector exponent = y.sub(FloatMath.TWO_THIRDS_BITS);
            exponent = exponent.lanewise(VectorOperators.ASHR, FloatMath.MANTISSA_BITS);
            FloatVector k = (FloatVector) exponent.convert(VectorOperators.I2F, 0);
            k = k.blend(k.sub(FloatMath.SUBNORMAL_EXPONENT), subnormal);
            y = y.sub(exponent.lanewise(VectorOperators.LSHL, FloatMath.MANTISSA_BITS));
            FloatVector f = y.reinterpretAsFloats().sub(1f);
            FloatVector p = f.fma(c7, c6);
            p = p.fma(f, c5);
            p = p.fma(f, c4);
            p = p.fma(f, c3);
            p = p.fma(f, c2);
            p = p.fma(f, c1);
            p = p.fma(f, c0);
            FloatVector e = k.fma(ln2, f.mul(f).fma(p, f));
            IntVector bits = v.reinterpretAsInts();
            e = e.blend(
                    v, bits.compare(VectorOperators.GE, FloatMath.INFINITY_BITS).cast(SPECIES));
            e = e.blend(Float.NaN, bits.compare(VectorOperators.LT, 0).cast(SPECIES));
            e = e.blend(Float.NEGATIVE_INFINITY, v.compare(VectorOperators.EQ, 0f));
            e.intoArray(out, outOffset + i);
        }
        for (; i < n; i++) {
            out[outOffset + i] = FloatMath.log(x[xOffset + i]);
        }
    }

    /** See {@link ElementwiseKernels#tanh}. */
    static void tanh(int n, float[] x, int xOffset, float[] out, int outOffset) {
        FloatVector log2E = FloatVector.broadcast(SPECIES, FloatMath.LOG2_E);
        FloatVector rounder = FloatVector.broadcast(SPECIES, FloatMath.ROUNDER);
        FloatVector minusLn2High = FloatVector.broadcast(SPECIES, FloatMath.MINUS_LN2_HIGH);
        FloatVector minusLn2Low = FloatVector.broadcast(SPECIES, FloatMath.MINUS_LN2_LOW);
        FloatVector e2 = FloatVector.broadcast(SPECIES, FloatMath.E2);
        FloatVector e3 = FloatVector.broadcast(SPECIES, FloatMath.E3);
        FloatVector e4 = FloatVector.broadcast(SPECIES, FloatMath.E4);
        FloatVector e5 = FloatVector.broadcast(SPECIES, FloatMath.E5);
        FloatVector e6 = FloatVector.broadcast(SPECIES, FloatMath.E6);
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        FloatVector t0 = FloatVector.broadcast(SPECIES, FloatMath.T0);
        FloatVector t1 = FloatVector.broadcast(SPECIES, FloatMath.T1);
        FloatVector t2 = FloatVector.broadcast(SPECIES, FloatMath.T2);
        FloatVector t3 = FloatVector.broadcast(SPECIES, FloatMath.T3);
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, xOffset + i);
            FloatVector s = v.mul(v);
            FloatVector p = s.fma(t3, t2);
            p = p.fma(s, t1);
            p = p.fma(s, t0);
            FloatVector small = v.fma(p.mul(s), v);
            FloatVector twice = v.abs().mul(2f);
            FloatVector a = twice.blend(FloatMath.TANH_LIMIT, twice.compare(VectorOperators.GT, FloatMath.TANH_LIMIT));
            FloatVector z = a.fma(log2E, rounder);
            FloatVector k = z.sub(rounder);
            FloatVector r = k.fma(minusLn2High, a);
            r = k.fma(minusLn2Low, r);
            FloatVector e = r.fma(e6, e5);
            e = e.fma(r, e4);
            e = e.fma(r, e3);
            e = e.fma(r, e2);
            e = e.fma(r, one);
            e = e.fma(r, one);
            IntVector power = z.reinterpretAsInts().lanewise(VectorOperators.LSHL, FloatMath.MANTISSA_BITS);
            e = e.fma(power.add(FloatMath.ONE_BITS).reinterpretAsFloats(), one);
            FloatVector y = one.sub(one.add(one).div(e));
            IntVector sign = v.reinterpretAsInts().and(Integer.MIN_VALUE);
            y = y.reinterpretAsInts().or(sign).reinterpretAsFloats();
            y.blend(small, twice.compare(VectorOperators.LT, 1f)).intoArray(out, outOffset + i);
        }
        for (; i < n; i++) {
            out[outOffset + i] = FloatMath.tanh(x[xOffset + i]);
        }
    }

    /** See {@link ElementwiseKernels#erf}. */
    static void erf(int n, float[] x, int xOffset, float[] out, int outOffset) {
        FloatVector log2E = FloatVector.broadcast(SPECIES, FloatMath.LOG2_E);
        FloatVector rounder = FloatVector.broadcast(SPECIES, FloatMath.ROUNDER);
        FloatVector minusLn2High = FloatVector.broadcast(SPECIES, FloatMath.MINUS_LN2_HIGH);
        FloatVector minusLn2Low = FloatVector.broadcast(SPECIES, FloatMath.MINUS_LN2_LOW);
        FloatVector e2 = FloatVector.broadcast(SPECIES, FloatMath.E2);
        FloatVector e3 = FloatVector.broadcast(SPECIES, FloatMath.E3);
        FloatVector e4 = FloatVector.broadcast(SPECIES, FloatMath.E4);
        FloatVector e5 = FloatVector.broadcast(SPECIES, FloatMath.E5);
        FloatVector e6 = FloatVector.broadcast(SPECIES, FloatMath.E6);
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        FloatVector a0 = FloatVector.broadcast(SPECIES, FloatMath.A0);
        FloatVector a1 = FloatVector.broadcast(SPECIES, FloatMath.A1);
        FloatVector a2 = FloatVector.broadcast(SPECIES, FloatMath.A2);
        FloatVector a3 = FloatVector.broadcast(SPECIES, FloatMath.A3);
        FloatVector a4 = FloatVector.broadcast(SPECIES, FloatMath.A4);
        FloatVector a5 = FloatVector.broadcast(SPECIES, FloatMath.A5);
        FloatVector b0 = FloatVector.broadcast(SPECIES, FloatMath.MINUS_B0);
        FloatVector b1 = FloatVector.broadcast(SPECIES, FloatMath.MINUS_B1);
        FloatVector b2 = FloatVector.broadcast(SPECIES, FloatMath.MINUS_B2);
        FloatVector b3 = FloatVector.broadcast(SPECIES, FloatMath.MINUS_B3);
        FloatVector b4 = FloatVector.broadcast(SPECIES, FloatMath.MINUS_B4);
        FloatVector b5 = FloatVector.broadcast(SPECIES, FloatMath.MINUS_B5);
        FloatVector b6 = FloatVector.broadcast(SPECIES, FloatMath.MINUS_B6);
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, xOffset + i);
            FloatVector s = v.mul(v);
            FloatVector p = s.fma(a5, a4);
            p = p.fma(s, a3);
            p = p.fma(s, a2);
            p = p.fma(s, a1);
            p = p.fma(s, a0);
            FloatVector small = v.fma(p, v);
            FloatVector size = v.abs();
            FloatVector a = size.blend(FloatMath.ERF_LIMIT, size.compare(VectorOperators.GT, FloatMath.ERF_LIMIT));
            FloatVector q = a.fma(b6, b5);
            q = q.fma(a, b4);
            q = q.fma(a, b3);
            q = q.fma(a, b2);
            q = q.fma(a, b1);
            q = q.fma(a, b0);
            FloatVector z = q.fma(log2E, rounder);
            FloatVector k = z.sub(rounder);
            FloatVector r = k.fma(minusLn2High, q);
            r = k.fma(minusLn2Low, r);
            FloatVector e = r.fma(e6, e5);
            e = e.fma(r, e4);
            e = e.fma(r, e3);
            e = e.fma(r, e2);
            e = e.fma(r, one);
            e = e.fma(r, one);
            IntVector power = z.reinterpretAsInts().lanewise(VectorOperators.LSHL, FloatMath.MANTISSA_BITS);
            e = e.mul(power.add(FloatMath.ONE_BITS).reinterpretAsFloats());
            FloatVector y = one.sub(e);
            IntVector sign = v.reinterpretAsInts().and(Integer.MIN_VALUE);
            y = y.reinterpretAsInts().or(sign).reinterpretAsFloats();
            y.blend(small, size.compare(VectorOperators.LT, FloatMath.ERF_SPLIT))
                    .intoArray(out, outOffset + i);
        }
        for (; i < n; i++) {
            out[outOffset + i] = FloatMath.erf(x[xOffset + i]);
        }
    }

    /** See {@link ElementwiseKernels#sin}. */
    static void sin(int n, float[] x, int xOffset, float[] out, int outOffset) {
        int done = sineAfter(0, Integer.MIN_VALUE, n, x, xOffset, out, outOffset);
        for (int i = done; i < n; i++) {
            out[outOffset + i] = FloatMath.sin(x[xOffset + i]);
        }
    }

    /** See {@link ElementwiseKernels#cos}. */
    static void cos(int n, float[] x, int xOffset, float[] out, int outOffset) {
        int done = sineAfter(1, 0, n, x, xOffset, out, outOffset);
        for (int i = done; i < n; i++) {
            out[outOffset + i] = FloatMath.cos(x[xOffset + i]);
        }
    }

    /** sin(|x| + quarters · π/2), with the sign turned as the masked bit of x says; returns how many are done. */
    private static int sineAfter(
            int quarters, int signMask, int n, float[] x, int xOffset, float[] out, int outOffset) {
        FloatVector twoOverPi = FloatVector.broadcast(SPECIES, FloatMath.TWO_OVER_PI);
        FloatVector rounder = FloatVector.broadcast(SPECIES, FloatMath.ROUNDER);
        FloatVector high = FloatVector.broadcast(SPECIES, FloatMath.MINUS_HALF_PI_HIGH);
        FloatVector middle = FloatVector.broadcast(SPECIES, FloatMath.MINUS_HALF_PI_MIDDLE);
        FloatVector low = FloatVector.broadcast(SPECIES, FloatMath.MINUS_HALF_PI_LOW);
        FloatVector sin0 = FloatVector.broadcast(SPECIES, FloatMath.SIN0);
        FloatVector sin1 = FloatVector.broadcast(SPECIES, FloatMath.SIN1);
        FloatVector sin2 = FloatVector.broadcast(SPECIES, FloatMath.SIN2);
        FloatVector cos0 = FloatVector.broadcast(SPECIES, FloatMath.COS0);
        FloatVector cos1 = FloatVector.broadcast(SPECIES, FloatMath.COS1);
        FloatVector cos2 = FloatVector.broadcast(SPECIES, FloatMath.COS2);
        FloatVector minusHalf = FloatVector.broadcast(SPECIES, -0.5f);
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, xOffset + i);
            FloatVector a = v.abs();
            FloatVector z = a.fma(twoOverPi, rounder);
            FloatVector k = z.sub(rounder);
            FloatVector r = k.fma(high, a);
            r = k.fma(middle, r);
            r = k.fma(low, r);
            FloatVector w = r.mul(r);
            FloatVector s = w.fma(sin2, sin1);
            s = s.fma(w, sin0);
            s = s.fma(w.mul(r), r);
            FloatVector c = w.fma(cos2, cos1);
            c = c.fma(w, cos0);
            c = c.fma(w.mul(w), minusHalf.fma(w, one));
            IntVector quadrant = z.reinterpretAsInts().add(quarters);
            IntVector odd = quadrant.lanewise(VectorOperators.LSHL, 31);
            FloatVector y = s.blend(c, odd.compare(VectorOperators.LT, 0).cast(SPECIES));
            IntVector sign = quadrant.and(2).lanewise(VectorOperators.LSHL, 30);
            sign = sign.lanewise(VectorOperators.XOR, v.reinterpretAsInts().and(signMask));
            y = y.reinterpretAsInts().lanewise(VectorOperators.XOR, sign).reinterpretAsFloats();
            y.blend(Float.NaN, a.compare(VectorOperators.GT, FloatMath.TWO_PI)).intoArray(out, outOffset + i);
        }
        return i;
    }
}
