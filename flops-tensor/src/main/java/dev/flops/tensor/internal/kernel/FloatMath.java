package dev.flops.tensor.internal.kernel;

/**
 * Elementary functions of one float, made of nothing but correctly rounded float operations in a fixed order, so that a
 * vector lane that repeats the order gives the same bits on every processor.
 *
 * <p>The vector kernels repeat these functions lane by lane with the constants below; whoever changes one changes both.
 * The polynomials are minimax fits whose leading coefficients were rounded to float one after the other, the rest
 * refitted each time. Errors were measured over all floats against double precision:
 *
 * <table>
 * <caption>Greatest error</caption>
 * <tr><th>function</th><th>ulp</th></tr>
 * <tr><td>exp</td><td>0.90</td></tr>
 * <tr><td>log</td><td>1.07</td></tr>
 * <tr><td>tanh</td><td>1.79</td></tr>
 * <tr><td>erf</td><td>1.11</td></tr>
 * <tr><td>sin, |x| ≤ 2π</td><td>1.48</td></tr>
 * <tr><td>cos, |x| ≤ 2π</td><td>1.56</td></tr>
 * <tr><td>silu</td><td>3.35 (subnormal results included)</td></tr>
 * <tr><td>gelu</td><td>6.90 (subnormal results included: the negative tail is accurate in the relative sense)</td></tr>
 * </table>
 *
 * <p>A NaN gives a NaN, whose payload is unspecified.
 */
final class FloatMath {
    // Argument reduction x = k ln 2 + r, |r| <= ln 2 / 2: adding 1.5 * 2^23 rounds to an integer and leaves it in the
    // low bits; ln 2 is subtracted in two parts, the first with so few bits that its product with k is exact.
    static final float LOG2_E = 0x1.715476p0f;
    static final float ROUNDER = 0x1.8p23f;
    static final int ROUNDER_BITS = 0x4B400000;
    static final float MINUS_LN2_HIGH = -0x1.62e4p-1f;
    static final float MINUS_LN2_LOW = -0x1.7f7d1cp-20f;

    // exp(r) = 1 + r + r^2 (E2 + E3 r + ... + E6 r^4)
    static final float E2 = 0x1.fffffcp-2f;
    static final float E3 = 0x1.555492p-3f;
    static final float E4 = 0x1.5558bp-5f;
    static final float E5 = 0x1.12398ep-7f;
    static final float E6 = 0x1.6a4d6p-10f;

    /** From here on e^x exceeds the largest float. */
    static final float EXP_OVERFLOW = 0x1.62e43p6f;

    /** Below, e^x rounds to 0. */
    static final float EXP_UNDERFLOW = -104f;

    static final int MANTISSA_BITS = 23;
    static final int ONE_BITS = 0x3F800000;

    // Logarithm: x = 2^k m with 2/3 <= m < 4/3; ln m = f + f^2 (L0 + L1 f + ... + L7 f^7), f = m - 1.
    static final int TWO_THIRDS_BITS = 0x3F2AAAAB;
    static final int INFINITY_BITS = 0x7F800000;
    static final float SMALLEST_NORMAL = 0x1p-126f;
    static final float SUBNORMAL_SCALE = 0x1p23f;
    static final float SUBNORMAL_EXPONENT = 23f;
    static final float LN2 = 0x1.62e43p-1f;
    static final float L0 = -0x1.ffffd6p-2f;
    static final float L1 = 0x1.5554fcp-2f;
    static final float L2 = -0x1.00145p-2f;
    static final float L3 = 0x1.99d3a8p-3f;
    static final float L4 = -0x1.503884p-3f;
    static final float L5 = 0x1.1ea94cp-3f;
    static final float L6 = -0x1.3b0e5cp-3f;
    static final float L7 = 0x1.1f243ap-3f;

    // tanh x = x + x^3 (T0 + T1 x^2 + T2 x^4 + T3 x^6) for |x| < 1/2, else 1 - 2 / (e^2x + 1).
    static final float TANH_LIMIT = 20f;
    static final float T0 = -0x1.5554dap-2f;
    static final float T1 = 0x1.10eaacp-3f;
    static final float T2 = -0x1.b29ef4p-5f;
    static final float T3 = 0x1.1ac7c4p-6f;

    // erf x = x + x (A0 + A1 x^2 + ... + A5 x^10) for |x| < 0.9, else 1 - exp(-(B0 + B1 |x| + ... + B6 |x|^6)).
    static final float ERF_SPLIT = 0.9f;
    static final float ERF_LIMIT = 4f;
    static final float A0 = 0x1.06eba6p-3f;
    static final float A1 = -0x1.8126eep-2f;
    static final float A2 = 0x1.ce1c18p-4f;
    static final float A3 = -0x1.b6a736p-6f;
    static final float A4 = 0x1.47f2dep-8f;
    static final float A5 = -0x1.3d4cf6p-11f;
    static final float MINUS_B0 = -0x1.743c48p-13f;
    static final float MINUS_B1 = -0x1.20b432p0f;
    static final float MINUS_B2 = -0x1.462cb2p-1f;
    static final float MINUS_B3 = -0x1.aa2316p-4f;
    static final float MINUS_B4 = 0x1.6cfce4p-6f;
    static final float MINUS_B5 = -0x1.90813p-9f;
    static final float MINUS_B6 = 0x1.9d850cp-13f;

    // 1 - Phi(a) = e^(-a^2/2) t (G0 + G1 t + ... + G8 t^8), t = 1 / (1 + c a), 0 <= a <= 14.5. The
    // coefficients hold a factor 2^-30, the exponential the opposite one: no factor is subnormal, so a subnormal result
    // is rounded once.
    static final int GELU_LIMIT_BITS = 0x41680000;
    static final float GELU_C = 0.345f;
    static final float G0 = 0x1.19d8a8p-33f;
    static final float G1 = 0x1.1aa0e8p-33f;
    static final float G2 = 0x1.e0d01cp-34f;
    static final float G3 = 0x1.c75462p-34f;
    static final float G4 = -0x1.26b104p-35f;
    static final float G5 = 0x1.7a24p-33f;
    static final float G6 = -0x1.133672p-32f;
    static final float G7 = 0x1.26f9c2p-33f;
    static final float G8 = -0x1.cc835cp-36f;

    // The exponential of GELU, in terms of 2r = -a^2 - 2k ln 2 so that a^2 need not be rounded.
    static final float HALF_LOG2_E = -0x1.715476p-1f;
    static final float TWICE_LN2_HIGH = -0x1.62e4p0f;
    static final float TWICE_LN2_LOW = -0x1.7f7d1cp-19f;
    static final float H1 = 0x1p-1f;
    static final float H2 = 0x1.fffffcp-4f;
    static final float H3 = 0x1.555492p-6f;
    static final float H4 = 0x1.5558bp-9f;
    static final float H5 = 0x1.12398ep-12f;
    static final float H6 = 0x1.6a4d6p-16f;

    /** Rounds to an integer k and leaves k + 30 in the low bits: scales by 2^30 the power that is taken from them. */
    static final float SCALED_ROUNDER = ROUNDER + 30f;

    static final float UNSCALE = 0x1p-30f;

    // silu(x) = x / (1 + e^-x) for x >= 0, else -a e^-a / (1 + e^-a), a = |x| up to 109, where the result has become 0.
    static final int SILU_LIMIT_BITS = 0x42DA0000;

    // sin and cos: |x| = k pi/2 + r, |r| <= pi/4, pi/2 subtracted in three parts, the first exactly; then
    // sin r = r + r^3 (SIN0 + SIN1 r^2 + SIN2 r^4) and cos r = 1 - r^2/2 + r^4 (COS0 + COS1 r^2 + COS2 r^4).
    static final float TWO_PI = 0x1.921fb6p2f;
    static final float TWO_OVER_PI = 0x1.45f306p-1f;
    static final float MINUS_HALF_PI_HIGH = -0x1.921fb6p0f;
    static final float MINUS_HALF_PI_MIDDLE = 0x1.777a5cp-25f;
    static final float MINUS_HALF_PI_LOW = 0x1.ee59dap-50f;
    static final float SIN0 = -0x1.555546p-3f;
    static final float SIN1 = 0x1.110776p-7f;
    static final float SIN2 = -0x1.9952fap-13f;
    static final float COS0 = 0x1.55554ap-5f;
    static final float COS1 = -0x1.6c0c28p-10f;
    static final float COS2 = 0x1.99e80cp-16f;

    // With h = pi v / 2: S(v) = sqrt 2 sin h = v (S0 + S1 v^2 + ...), C(v) = sqrt 2 cos h = C0 + C1 v^2 + ...; then
    // cos(pi v) = 1 - S^2 and sin(pi v) = S C without quadrants, for |v| <= 1.
    static final float S0 = 0x1.1c5832p1f;
    static final float S1 = -0x1.d3ba78p-1f;
    static final float S2 = 0x1.cda358p-4f;
    static final float S3 = -0x1.b1cf5ep-8f;
    static final float S4 = 0x1.cb1bc2p-13f;
    static final float C0 = 0x1.6a09e6p0f;
    static final float C1 = -0x1.bea5a2p0f;
    static final float C2 = 0x1.6f57ccp-2f;
    static final float C3 = -0x1.e2facp-6f;
    static final float C4 = 0x1.4ca47cp-10f;
    static final float C5 = -0x1.74ca96p-16f;

    private FloatMath() {}

    /** e^x. */
    static float exp(float x) {
        if (x > EXP_OVERFLOW) {
            return Float.POSITIVE_INFINITY;
        }
        if (x < EXP_UNDERFLOW) {
            return 0f;
        }
        float z = Math.fma(x, LOG2_E, ROUNDER);
        int k = Float.floatToRawIntBits(z) - ROUNDER_BITS;
        // 2^k in two factors, so that the result is rounded once even where it is subnormal.
        int half = k >> 1;
        return expReduced(x, z - ROUNDER) * powerOfTwo(half) * powerOfTwo(k - half);
    }

    /** ln x. */
    static float log(float x) {
        if (x == 0f) {
            return Float.NEGATIVE_INFINITY;
        }
        int bits = Float.floatToRawIntBits(x);
        if (bits < 0) {
            return Float.NaN;
        }
        if (bits >= INFINITY_BITS) {
            return x;
        }
        boolean subnormal = x < SMALLEST_NORMAL;
        int y = subnormal ? Float.floatToRawIntBits(x * SUBNORMAL_SCALE) : bits;
        int exponent = (y - TWO_THIRDS_BITS) >> MANTISSA_BITS;
        float k = exponent;
        if (subnormal) {
            k -= SUBNORMAL_EXPONENT;
        }
        float f = Float.intBitsToFloat(y - (exponent << MANTISSA_BITS)) - 1f;
        float p = Math.fma(L7, f, L6);
        p = Math.fma(p, f, L5);
        p = Math.fma(p, f, L4);
        p = Math.fma(p, f, L3);
        p = Math.fma(p, f, L2);
        p = Math.fma(p, f, L1);
        p = Math.fma(p, f, L0);
        return Math.fma(k, LN2, Math.fma(f * f, p, f));
    }

    /** tanh x; +0 for −0. */
    static float tanh(float x) {
        float a = Math.abs(x) * 2f;
        if (a < 1f) {
            float s = x * x;
            float p = Math.fma(T3, s, T2);
            p = Math.fma(p, s, T1);
            p = Math.fma(p, s, T0);
            return Math.fma(x, p * s, x);
        }
        if (a > TANH_LIMIT) {
            a = TANH_LIMIT;
        }
        float z = Math.fma(a, LOG2_E, ROUNDER);
        float y = 1f - 2f / Math.fma(expReduced(a, z - ROUNDER), powerOfTwo(Float.floatToRawIntBits(z)), 1f);
        return withSign(y, x);
    }

    /** The error function 2/√π ∫₀ˣ exp(−t²) dt. */
    static float erf(float x) {
        float a = Math.abs(x);
        if (a < ERF_SPLIT) {
            float s = x * x;
            float p = Math.fma(A5, s, A4);
            p = Math.fma(p, s, A3);
            p = Math.fma(p, s, A2);
            p = Math.fma(p, s, A1);
            p = Math.fma(p, s, A0);
            return Math.fma(x, p, x);
        }
        if (a > ERF_LIMIT) {
            a = ERF_LIMIT;
        }
        float q = Math.fma(MINUS_B6, a, MINUS_B5);
        q = Math.fma(q, a, MINUS_B4);
        q = Math.fma(q, a, MINUS_B3);
        q = Math.fma(q, a, MINUS_B2);
        q = Math.fma(q, a, MINUS_B1);
        q = Math.fma(q, a, MINUS_B0);
        float z = Math.fma(q, LOG2_E, ROUNDER);
        float y = 1f - expReduced(q, z - ROUNDER) * powerOfTwo(Float.floatToRawIntBits(z));
        return withSign(y, x);
    }

    /**
     * x Φ(x) = max(x, 0) − |x| (1 − Φ(|x|)); exact in the limits: x for x ≥ 14.5, 0 for x ≤ −14.5, also at ±∞. ±0
     * gives +0.
     */
    static float gelu(float x) {
        // As integers, so that a NaN becomes the limit here; x itself carries it on.
        float a = Float.intBitsToFloat(Math.min(Float.floatToRawIntBits(Math.abs(x)), GELU_LIMIT_BITS));
        float t = 1f / Math.fma(a, GELU_C, 1f);
        float p = Math.fma(G8, t, G7);
        p = Math.fma(p, t, G6);
        p = Math.fma(p, t, G5);
        p = Math.fma(p, t, G4);
        p = Math.fma(p, t, G3);
        p = Math.fma(p, t, G2);
        p = Math.fma(p, t, G1);
        p = Math.fma(p, t, G0);
        float z = Math.fma(a * HALF_LOG2_E, a, SCALED_ROUNDER);
        float k = z - SCALED_ROUNDER;
        float r = Math.fma(-a, a, k * TWICE_LN2_HIGH);
        r = Math.fma(k, TWICE_LN2_LOW, r);
        float e = Math.fma(H6, r, H5);
        e = Math.fma(e, r, H4);
        e = Math.fma(e, r, H3);
        e = Math.fma(e, r, H2);
        e = Math.fma(e, r, H1);
        e = Math.fma(e, r, 1f);
        // A power of two multiplies by adding to the exponent; e is no NaN.
        e = Float.intBitsToFloat(Float.floatToRawIntBits(e) + (Float.floatToRawIntBits(z) << MANTISSA_BITS));
        float tail = a * t * e * p;
        return (x <= 0f ? 0f : x) - tail;
    }

    /** x / (1 + e⁻ˣ), accurate in the relative sense also where it is tiny; −0 for x ≤ −109, also at −∞. */
    static float silu(float x) {
        // As integers, so that a NaN becomes the limit here; x itself carries it on.
        float a = Float.intBitsToFloat(Math.min(Float.floatToRawIntBits(Math.abs(x)), SILU_LIMIT_BITS));
        float z = Math.fma(-a, LOG2_E, SCALED_ROUNDER);
        float e = expReduced(-a, z - SCALED_ROUNDER) * powerOfTwo(Float.floatToRawIntBits(z));
        float denominator = Math.fma(e, UNSCALE, 1f);
        return x < 0f ? a * e / denominator * -UNSCALE : x / denominator;
    }

    /** sin x for |x| ≤ {@link #TWO_PI}; NaN beyond. */
    static float sin(float x) {
        int sign = Float.floatToRawIntBits(x) & Integer.MIN_VALUE;
        return Float.intBitsToFloat(Float.floatToRawIntBits(sineAfter(0, Math.abs(x))) ^ sign);
    }

    /** cos x for |x| ≤ {@link #TWO_PI}; NaN beyond. */
    static float cos(float x) {
        return sineAfter(1, Math.abs(x));
    }

    /** sin(a + quarters · π/2) for 0 ≤ a ≤ {@link #TWO_PI}; NaN beyond. */
    private static float sineAfter(int quarters, float a) {
        if (a > TWO_PI) {
            return Float.NaN;
        }
        float z = Math.fma(a, TWO_OVER_PI, ROUNDER);
        float k = z - ROUNDER;
        float r = Math.fma(k, MINUS_HALF_PI_HIGH, a);
        r = Math.fma(k, MINUS_HALF_PI_MIDDLE, r);
        r = Math.fma(k, MINUS_HALF_PI_LOW, r);
        float w = r * r;
        float s = Math.fma(SIN2, w, SIN1);
        s = Math.fma(s, w, SIN0);
        s = Math.fma(s, w * r, r);
        float c = Math.fma(COS2, w, COS1);
        c = Math.fma(c, w, COS0);
        c = Math.fma(c, w * w, Math.fma(-0.5f, w, 1f));
        int quadrant = Float.floatToRawIntBits(z) + quarters;
        float y = (quadrant & 1) == 0 ? s : c;
        return Float.intBitsToFloat(Float.floatToRawIntBits(y) ^ (quadrant & 2) << 30);
    }

    /** exp(x − k ln 2), where k is the integer nearest to x / ln 2. */
    private static float expReduced(float x, float k) {
        float r = Math.fma(k, MINUS_LN2_HIGH, x);
        r = Math.fma(k, MINUS_LN2_LOW, r);
        float p = Math.fma(E6, r, E5);
        p = Math.fma(p, r, E4);
        p = Math.fma(p, r, E3);
        p = Math.fma(p, r, E2);
        p = Math.fma(p, r, 1f);
        return Math.fma(p, r, 1f);
    }

    /** 2^k for −126 ≤ k ≤ 127, also from a rounder's sum, whose high bits the shift drops. */
    private static float powerOfTwo(int k) {
        return Float.intBitsToFloat((k << MANTISSA_BITS) + ONE_BITS);
    }

    /** y ≥ 0 with the sign of x. */
    private static float withSign(float y, float x) {
        return Float.intBitsToFloat(Float.floatToRawIntBits(y) | (Float.floatToRawIntBits(x) & Integer.MIN_VALUE));
    }

    /**
     * ρ = √(−2 ln u) of the first word of a Threefry block, see {@link dev.flops.api.NoiseAddress}; relative error below
     * 1.2·10⁻⁷.
     */
    static float gaussianRadius(int word0) {
        float u = Math.fma((float) (word0 >>> 1), 0x1p-31f, 0x1p-32f);
        return (float) Math.sqrt(-2f * log(u));
    }

    /** cos(π v), v = float(word1) · 2⁻³¹; absolute error below 6·10⁻⁷. */
    static float angleCos(int word1) {
        float s = halfSine((float) word1 * 0x1p-31f);
        return Math.fma(-s, s, 1f);
    }

    /** sin(π v), v = float(word1) · 2⁻³¹; absolute error below 3·10⁻⁷. */
    static float angleSin(int word1) {
        float v = (float) word1 * 0x1p-31f;
        float w = v * v;
        float c = Math.fma(C5, w, C4);
        c = Math.fma(c, w, C3);
        c = Math.fma(c, w, C2);
        c = Math.fma(c, w, C1);
        c = Math.fma(c, w, C0);
        return halfSine(v) * c;
    }

    private static float halfSine(float v) {
        float w = v * v;
        float s = Math.fma(S4, w, S3);
        s = Math.fma(s, w, S2);
        s = Math.fma(s, w, S1);
        s = Math.fma(s, w, S0);
        return v * s;
    }
}
