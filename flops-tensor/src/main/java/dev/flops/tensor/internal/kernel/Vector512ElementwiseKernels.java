package dev.flops.tensor.internal.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Elementwise maps by vectors. The elementary functions repeat {@link FloatMath} lane by lane, and what is left of a row
 * goes through {@link FloatMath} itself. Each is one method, because a vector that crosses a call which is not inlined
 * is allocated.
 */
final class Vector512ElementwiseKernels implements ElementwiseKernels {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_512;
    private static final int LANES = SPECIES.length();

    /** Columns that a pass over the rows takes at a time: four vectors. */
    private static final int STRIP = 4 * LANES;

    @Override
    public void add(int n, float[] a, int aOffset, float[] b, int bOffset, float[] out, int outOffset) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            FloatVector u = FloatVector.fromArray(SPECIES, a, aOffset + i);
            FloatVector v = FloatVector.fromArray(SPECIES, b, bOffset + i);
            u.add(v).intoArray(out, outOffset + i);
        }
        for (; i < n; i++) {
            out[outOffset + i] = a[aOffset + i] + b[bOffset + i];
        }
    }

    @Override
    public void multiply(int n, float[] a, int aOffset, float[] b, int bOffset, float[] out, int outOffset) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            FloatVector u = FloatVector.fromArray(SPECIES, a, aOffset + i);
            FloatVector v = FloatVector.fromArray(SPECIES, b, bOffset + i);
            u.mul(v).intoArray(out, outOffset + i);
        }
        for (; i < n; i++) {
            out[outOffset + i] = a[aOffset + i] * b[bOffset + i];
        }
    }

    @Override
    public void scale(int n, float factor, float[] x, int xOffset, float[] out, int outOffset) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            FloatVector u = FloatVector.fromArray(SPECIES, x, xOffset + i);
            u.mul(factor).intoArray(out, outOffset + i);
        }
        for (; i < n; i++) {
            out[outOffset + i] = factor * x[xOffset + i];
        }
    }

    @Override
    public void relu(int n, float[] x, int xOffset, float[] out, int outOffset) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            FloatVector u = FloatVector.fromArray(SPECIES, x, xOffset + i);
            u.blend(0f, u.compare(VectorOperators.LE, 0f)).intoArray(out, outOffset + i);
        }
        for (; i < n; i++) {
            out[outOffset + i] = Math.max(x[xOffset + i], 0f);
        }
    }

    @Override
    public void axpy(int n, float alpha, float[] x, int xOffset, float[] y, int yOffset) {
        FloatVector factor = FloatVector.broadcast(SPECIES, alpha);
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            FloatVector u = FloatVector.fromArray(SPECIES, x, xOffset + i);
            FloatVector v = FloatVector.fromArray(SPECIES, y, yOffset + i);
            u.fma(factor, v).intoArray(y, yOffset + i);
        }
        for (; i < n; i++) {
            y[yOffset + i] = Math.fma(alpha, x[xOffset + i], y[yOffset + i]);
        }
    }

    @Override
    public void addRow(
            int rows, int n, float[] x, int xOffset, float[] vector, int vectorOffset, float[] out, int outOffset) {
        int whole = SPECIES.loopBound(n);
        VectorMask<Float> rest = SPECIES.indexInRange(whole, n);
        for (int r = 0; r < rows; r++) {
            int from = xOffset + r * n;
            int to = outOffset + r * n;
            for (int j = 0; j < whole; j += LANES) {
                FloatVector u = FloatVector.fromArray(SPECIES, x, from + j);
                FloatVector v = FloatVector.fromArray(SPECIES, vector, vectorOffset + j);
                u.add(v).intoArray(out, to + j);
            }
            if (whole < n) {
                FloatVector u = FloatVector.fromArray(SPECIES, x, from + whole, rest);
                FloatVector v = FloatVector.fromArray(SPECIES, vector, vectorOffset + whole, rest);
                u.add(v).intoArray(out, to + whole, rest);
            }
        }
    }

    @Override
    public void addColumnSums(int rows, int n, float[] x, int xOffset, float[] sum, int sumOffset) {
        int j = 0;
        for (; j <= n - STRIP; j += STRIP) {
            int s = sumOffset + j;
            FloatVector s0 = FloatVector.fromArray(SPECIES, sum, s);
            FloatVector s1 = FloatVector.fromArray(SPECIES, sum, s + LANES);
            FloatVector s2 = FloatVector.fromArray(SPECIES, sum, s + 2 * LANES);
            FloatVector s3 = FloatVector.fromArray(SPECIES, sum, s + 3 * LANES);
            for (int r = 0; r < rows; r++) {
                int at = xOffset + j + r * n;
                s0 = s0.add(FloatVector.fromArray(SPECIES, x, at));
                s1 = s1.add(FloatVector.fromArray(SPECIES, x, at + LANES));
                s2 = s2.add(FloatVector.fromArray(SPECIES, x, at + 2 * LANES));
                s3 = s3.add(FloatVector.fromArray(SPECIES, x, at + 3 * LANES));
            }
            s0.intoArray(sum, s);
            s1.intoArray(sum, s + LANES);
            s2.intoArray(sum, s + 2 * LANES);
            s3.intoArray(sum, s + 3 * LANES);
        }
        for (; j <= n - LANES; j += LANES) {
            FloatVector s = FloatVector.fromArray(SPECIES, sum, sumOffset + j);
            for (int r = 0; r < rows; r++) {
                s = s.add(FloatVector.fromArray(SPECIES, x, xOffset + j + r * n));
            }
            s.intoArray(sum, sumOffset + j);
        }
        if (j < n) {
            VectorMask<Float> rest = SPECIES.indexInRange(j, n);
            FloatVector s = FloatVector.fromArray(SPECIES, sum, sumOffset + j, rest);
            for (int r = 0; r < rows; r++) {
                s = s.add(FloatVector.fromArray(SPECIES, x, xOffset + j + r * n, rest));
            }
            s.intoArray(sum, sumOffset + j, rest);
        }
    }

    @Override
    public void addColumnDots(
            int rows, int n, float[] x, int xOffset, float[] y, int yOffset, float[] sum, int sumOffset) {
        int j = 0;
        for (; j <= n - STRIP; j += STRIP) {
            int s = sumOffset + j;
            FloatVector s0 = FloatVector.fromArray(SPECIES, sum, s);
            FloatVector s1 = FloatVector.fromArray(SPECIES, sum, s + LANES);
            FloatVector s2 = FloatVector.fromArray(SPECIES, sum, s + 2 * LANES);
            FloatVector s3 = FloatVector.fromArray(SPECIES, sum, s + 3 * LANES);
            for (int r = 0; r < rows; r++) {
                int at = xOffset + j + r * n;
                int other = yOffset + j + r * n;
                FloatVector y0 = FloatVector.fromArray(SPECIES, y, other);
                s0 = FloatVector.fromArray(SPECIES, x, at).fma(y0, s0);
                FloatVector y1 = FloatVector.fromArray(SPECIES, y, other + LANES);
                s1 = FloatVector.fromArray(SPECIES, x, at + LANES).fma(y1, s1);
                FloatVector y2 = FloatVector.fromArray(SPECIES, y, other + 2 * LANES);
                s2 = FloatVector.fromArray(SPECIES, x, at + 2 * LANES).fma(y2, s2);
                FloatVector y3 = FloatVector.fromArray(SPECIES, y, other + 3 * LANES);
                s3 = FloatVector.fromArray(SPECIES, x, at + 3 * LANES).fma(y3, s3);
            }
            s0.intoArray(sum, s);
            s1.intoArray(sum, s + LANES);
            s2.intoArray(sum, s + 2 * LANES);
            s3.intoArray(sum, s + 3 * LANES);
        }
        for (; j <= n - LANES; j += LANES) {
            FloatVector s = FloatVector.fromArray(SPECIES, sum, sumOffset + j);
            for (int r = 0; r < rows; r++) {
                FloatVector v = FloatVector.fromArray(SPECIES, y, yOffset + j + r * n);
                s = FloatVector.fromArray(SPECIES, x, xOffset + j + r * n).fma(v, s);
            }
            s.intoArray(sum, sumOffset + j);
        }
        if (j < n) {
            VectorMask<Float> rest = SPECIES.indexInRange(j, n);
            FloatVector s = FloatVector.fromArray(SPECIES, sum, sumOffset + j, rest);
            for (int r = 0; r < rows; r++) {
                FloatVector v = FloatVector.fromArray(SPECIES, y, yOffset + j + r * n, rest);
                s = FloatVector.fromArray(SPECIES, x, xOffset + j + r * n, rest).fma(v, s);
            }
            s.intoArray(sum, sumOffset + j, rest);
        }
    }

    @Override
    public void exp(int n, float[] x, int xOffset, float[] out, int outOffset) {
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
            half = half.add(FloatMath.EXPONENT_BIAS).lanewise(VectorOperators.LSHL, FloatMath.MANTISSA_BITS);
            rest = rest.add(FloatMath.EXPONENT_BIAS).lanewise(VectorOperators.LSHL, FloatMath.MANTISSA_BITS);
            e = e.mul(half.reinterpretAsFloats()).mul(rest.reinterpretAsFloats());
            e = e.blend(Float.POSITIVE_INFINITY, v.compare(VectorOperators.GT, FloatMath.EXP_OVERFLOW));
            e = e.blend(0f, v.compare(VectorOperators.LT, FloatMath.EXP_UNDERFLOW));
            e.intoArray(out, outOffset + i);
        }
        for (; i < n; i++) {
            out[outOffset + i] = FloatMath.exp(x[xOffset + i]);
        }
    }

    @Override
    public void log(int n, float[] x, int xOffset, float[] out, int outOffset) {
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

    @Override
    public void tanh(int n, float[] x, int xOffset, float[] out, int outOffset) {
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
            FloatVector denominator = e.fma(power.add(FloatMath.ONE_BITS).reinterpretAsFloats(), one);
            FloatVector y = one.sub(one.add(one).div(denominator));
            IntVector sign = v.reinterpretAsInts().and(Integer.MIN_VALUE);
            y = y.reinterpretAsInts().or(sign).reinterpretAsFloats();
            y.blend(small, twice.compare(VectorOperators.LT, 1f)).intoArray(out, outOffset + i);
        }
        for (; i < n; i++) {
            out[outOffset + i] = FloatMath.tanh(x[xOffset + i]);
        }
    }

    @Override
    public void erf(int n, float[] x, int xOffset, float[] out, int outOffset) {
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

    @Override
    public void gelu(int n, float[] x, int xOffset, float[] out, int outOffset) {
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
        FloatVector slope = FloatVector.broadcast(SPECIES, FloatMath.GELU_C);
        FloatVector g0 = FloatVector.broadcast(SPECIES, FloatMath.G0);
        FloatVector g1 = FloatVector.broadcast(SPECIES, FloatMath.G1);
        FloatVector g2 = FloatVector.broadcast(SPECIES, FloatMath.G2);
        FloatVector g3 = FloatVector.broadcast(SPECIES, FloatMath.G3);
        FloatVector g4 = FloatVector.broadcast(SPECIES, FloatMath.G4);
        FloatVector g5 = FloatVector.broadcast(SPECIES, FloatMath.G5);
        FloatVector g6 = FloatVector.broadcast(SPECIES, FloatMath.G6);
        FloatVector g7 = FloatVector.broadcast(SPECIES, FloatMath.G7);
        FloatVector g8 = FloatVector.broadcast(SPECIES, FloatMath.G8);
        FloatVector minusHalf = FloatVector.broadcast(SPECIES, -0.5f);
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, xOffset + i);
            FloatVector a = v.abs();
            a = a.blend(FloatMath.GELU_LIMIT, a.compare(VectorOperators.GT, FloatMath.GELU_LIMIT));
            FloatVector t = one.div(a.fma(slope, one));
            FloatVector p = t.fma(g8, g7);
            p = p.fma(t, g6);
            p = p.fma(t, g5);
            p = p.fma(t, g4);
            p = p.fma(t, g3);
            p = p.fma(t, g2);
            p = p.fma(t, g1);
            p = p.fma(t, g0);
            FloatVector square = a.mul(a);
            FloatVector lost = a.fma(a, square.neg());
            FloatVector h = square.mul(minusHalf);
            FloatVector z = h.fma(log2E, rounder);
            FloatVector k = z.sub(rounder);
            FloatVector r = k.fma(minusLn2High, h);
            r = k.fma(minusLn2Low, r);
            r = lost.fma(minusHalf, r);
            FloatVector e = r.fma(e6, e5);
            e = e.fma(r, e4);
            e = e.fma(r, e3);
            e = e.fma(r, e2);
            e = e.fma(r, one);
            e = e.fma(r, one);
            IntVector power = z.reinterpretAsInts().lanewise(VectorOperators.LSHL, FloatMath.MANTISSA_BITS);
            e = e.mul(power.add(FloatMath.GELU_SCALE_BITS).reinterpretAsFloats());
            FloatVector tail = e.mul(p.mul(a.mul(t))).mul(FloatMath.GELU_UNSCALE);
            FloatVector relu = v.blend(0f, v.compare(VectorOperators.LE, 0f));
            relu.sub(tail).intoArray(out, outOffset + i);
        }
        for (; i < n; i++) {
            out[outOffset + i] = FloatMath.gelu(x[xOffset + i]);
        }
    }
}
