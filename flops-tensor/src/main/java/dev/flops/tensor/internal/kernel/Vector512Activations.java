package dev.flops.tensor.internal.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The activations that need an exponential by vectors, as {@link Vector512ElementaryFunctions} does the functions. */
final class Vector512Activations {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_512;
    private static final int LANES = SPECIES.length();

    private Vector512Activations() {}

    /** See {@link ElementwiseKernels#gelu}. */
    static void gelu(int n, float[] x, int xOffset, float[] out, int outOffset) {
        FloatVector halfLog2E = FloatVector.broadcast(SPECIES, FloatMath.HALF_LOG2_E);
        FloatVector rounder = FloatVector.broadcast(SPECIES, FloatMath.SCALED_ROUNDER);
        FloatVector twiceLn2High = FloatVector.broadcast(SPECIES, FloatMath.TWICE_LN2_HIGH);
        FloatVector twiceLn2Low = FloatVector.broadcast(SPECIES, FloatMath.TWICE_LN2_LOW);
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
        FloatVector h1 = FloatVector.broadcast(SPECIES, FloatMath.H1);
        FloatVector h2 = FloatVector.broadcast(SPECIES, FloatMath.H2);
        FloatVector h3 = FloatVector.broadcast(SPECIES, FloatMath.H3);
        FloatVector h4 = FloatVector.broadcast(SPECIES, FloatMath.H4);
        FloatVector h5 = FloatVector.broadcast(SPECIES, FloatMath.H5);
        FloatVector h6 = FloatVector.broadcast(SPECIES, FloatMath.H6);
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, xOffset + i);
            IntVector size = v.abs().reinterpretAsInts();
            FloatVector a = size.min(FloatMath.GELU_LIMIT_BITS).reinterpretAsFloats();
            FloatVector t = one.div(a.fma(slope, one));
            FloatVector p = t.fma(g8, g7);
            p = p.fma(t, g6);
            p = p.fma(t, g5);
            p = p.fma(t, g4);
            p = p.fma(t, g3);
            p = p.fma(t, g2);
            p = p.fma(t, g1);
            p = p.fma(t, g0);
            FloatVector z = a.mul(halfLog2E).fma(a, rounder);
            FloatVector k = z.sub(rounder);
            FloatVector r = a.neg().fma(a, k.mul(twiceLn2High));
            r = k.fma(twiceLn2Low, r);
            FloatVector e = r.fma(h6, h5);
            e = e.fma(r, h4);
            e = e.fma(r, h3);
            e = e.fma(r, h2);
            e = e.fma(r, h1);
            e = e.fma(r, one);
            IntVector power = z.reinterpretAsInts().lanewise(VectorOperators.LSHL, FloatMath.MANTISSA_BITS);
            e = e.reinterpretAsInts().add(power).reinterpretAsFloats();
            FloatVector tail = a.mul(t).mul(e).mul(p);
            FloatVector relu = v.blend(0f, v.compare(VectorOperators.LE, 0f));
            relu.sub(tail).intoArray(out, outOffset + i);
        }
        for (; i < n; i++) {
            out[outOffset + i] = FloatMath.gelu(x[xOffset + i]);
        }
    }

    /** See {@link ElementwiseKernels#silu}. */
    static void silu(int n, float[] x, int xOffset, float[] out, int outOffset) {
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
        FloatVector unscale = FloatVector.broadcast(SPECIES, FloatMath.UNSCALE);
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, xOffset + i);
            IntVector size = v.abs().reinterpretAsInts();
            FloatVector a = size.min(FloatMath.SILU_LIMIT_BITS).reinterpretAsFloats();
            FloatVector minus = a.neg();
            FloatVector z = minus.fma(log2E, rounder);
            FloatVector k = z.sub(rounder);
            FloatVector r = k.fma(minusLn2High, minus);
            r = k.fma(minusLn2Low, r);
            FloatVector e = r.fma(e6, e5);
            e = e.fma(r, e4);
            e = e.fma(r, e3);
            e = e.fma(r, e2);
            e = e.fma(r, one);
            e = e.fma(r, one);
            IntVector power = z.reinterpretAsInts().lanewise(VectorOperators.LSHL, FloatMath.MANTISSA_BITS);
            e = e.mul(power.add(FloatMath.ONE_BITS).reinterpretAsFloats());
            VectorMask<Float> negative = v.compare(VectorOperators.LT, 0f);
            FloatVector y = v.blend(a.mul(e), negative).div(e.fma(unscale, one));
            y.blend(y.mul(-FloatMath.UNSCALE), negative).intoArray(out, outOffset + i);
        }
        for (; i < n; i++) {
            out[outOffset + i] = FloatMath.silu(x[xOffset + i]);
        }
    }
}
