package dev.flops.tensor.internal.kernel;

import dev.flops.api.Distribution;
import dev.flops.api.NoiseAddress;
import dev.flops.api.RandomKey;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * One matrix product with everything that varies: shape, layout of A, way of packing B, start, bias, inputs.
 *
 * @param m rows of C
 * @param n columns of C
 * @param k length of the chains
 * @param layout of A
 * @param packing of B
 * @param accumulate whether C's values start the chains
 * @param bias whether a bias is added
 * @param gap what leading dimensions exceed the rows by, and where arrays begin
 * @param specials whether inputs hold infinities, NaN, −0 and subnormal numbers
 * @param seed of the inputs
 */
record MatrixCase(
        int m,
        int n,
        int k,
        Layout layout,
        Packing packing,
        boolean accumulate,
        boolean bias,
        int gap,
        boolean specials,
        long seed) {

    enum Layout {
        ROWS,
        COLUMNS,
        STRIDED
    }

    enum Packing {
        PLAIN,
        TRANSPOSED,
        PERTURBED,
        PARTNER
    }

    static final float SIGMA = 0.125f;

    /** Element of the noise that belongs to W's first. */
    private static final long FIRST = (1L << 33) + 7;

    private static final NoiseAddress NOISE = new NoiseAddress(new RandomKey(1, 2), 3, 4);
    private static final float[] SPECIALS = {
        Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, -0f, 0f, Float.MIN_VALUE, Float.MAX_VALUE
    };

    /** A case of the given shape whose other components are drawn. */
    static MatrixCase random(int m, int n, int k, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return new MatrixCase(
                m,
                n,
                k,
                Layout.values()[random.nextInt(3)],
                Packing.values()[random.nextInt(4)],
                random.nextBoolean(),
                random.nextBoolean(),
                random.nextInt(4),
                random.nextInt(4) == 0,
                seed);
    }

    int lda() {
        return switch (layout) {
            case ROWS -> k + gap;
            case COLUMNS -> 1;
            case STRIDED -> 2 * k + 1;
        };
    }

    int columnStrideA() {
        return switch (layout) {
            case ROWS -> 1;
            case COLUMNS -> m + gap;
            case STRIDED -> 2;
        };
    }

    int ldb() {
        return (packing == Packing.PLAIN ? n : k) + gap;
    }

    int ldc() {
        return n + gap;
    }

    float[] a() {
        return numbers(1, gap + Math.max(0, m - 1) * lda() + Math.max(0, k - 1) * columnStrideA() + 1);
    }

    /** B, or W when the packing transposes. */
    float[] b() {
        return numbers(2, gap + (packing == Packing.PLAIN ? k : n) * ldb());
    }

    float[] biasVector() {
        return numbers(3, gap + n);
    }

    float[] c() {
        return numbers(4, gap + m * ldc() + 5);
    }

    /** Element (p, j) of B as the product sees it. */
    float elementB(float[] b, int p, int j) {
        return switch (packing) {
            case PLAIN -> b[gap + p * ldb() + j];
            case TRANSPOSED -> b[gap + j * ldb() + p];
            case PERTURBED -> Math.fma(SIGMA, element(p, j), b[gap + j * ldb() + p]);
            case PARTNER -> Math.fma(-SIGMA, element(p, j), b[gap + j * ldb() + p]);
        };
    }

    private float element(int p, int j) {
        return CountingNoise.element(FIRST + (long) j * ldNoise() + p);
    }

    /** Rows of the noise adjoin those of W's block, or have a gap, which is not that of W's rows. */
    private int ldNoise() {
        return gap % 2 == 0 ? k : k + 2 * gap;
    }

    /** C after the product, the elements around it included. */
    float[] run(MatrixKernels kernels) {
        float[] scratch = poisoned(kernels.scratchLength());
        int length = kernels.packedLength(k, n);
        float[] packed = poisoned(gap + 2 * length + 3);
        int product = gap;
        float[] b = b();
        switch (packing) {
            case PLAIN -> kernels.pack(k, n, b, gap, ldb(), packed, gap);
            case TRANSPOSED -> kernels.packTransposed(k, n, b, gap, ldb(), packed, gap);
            case PERTURBED -> perturb(kernels, b, false, packed, scratch);
            case PARTNER -> {
                perturb(kernels, b, true, packed, scratch);
                product = gap + length;
            }
        }
        requirePoison(packed, 0, gap);
        if (packing != Packing.PARTNER) {
            requirePoison(packed, gap + length, packed.length);
        }
        requirePoison(packed, packed.length - 3, packed.length);
        float[] c = c();
        kernels.multiply(
                m,
                n,
                k,
                a(),
                gap,
                lda(),
                columnStrideA(),
                packed,
                product,
                accumulate,
                bias ? biasVector() : null,
                gap,
                c,
                gap,
                ldc(),
                scratch);
        return c;
    }

    private void perturb(MatrixKernels kernels, float[] b, boolean pair, float[] packed, float[] scratch) {
        kernels.packTransposedPerturbed(
                k, n, b, gap, ldb(), Distribution.GAUSSIAN, NOISE, FIRST, ldNoise(), SIGMA, pair, packed, gap, scratch);
    }

    /** Bits of the result, all NaN alike: which NaN survives an operation is up to the hardware. */
    int[] bits(MatrixKernels kernels) {
        return bits(run(kernels));
    }

    static int[] bits(float[] x) {
        int[] bits = new int[x.length];
        Arrays.setAll(bits, i -> Float.floatToIntBits(x[i]));
        return bits;
    }

    /** Memory whose use would show. */
    static float[] poisoned(int length) {
        float[] x = new float[length];
        Arrays.fill(x, Float.NaN);
        return x;
    }

    private static void requirePoison(float[] x, int begin, int end) {
        for (int i = begin; i < end; i++) {
            if (!Float.isNaN(x[i])) {
                throw new AssertionError("packed[" + i + "] = " + x[i] + ", expected untouched");
            }
        }
    }

    private float[] numbers(int stream, int length) {
        SplittableRandom random = new SplittableRandom(31 * seed + stream);
        float[] x = new float[length];
        for (int i = 0; i < length; i++) {
            x[i] = specials && random.nextInt(16) == 0
                    ? SPECIALS[random.nextInt(SPECIALS.length)]
                    : (float) (random.nextDouble() * 2 - 1);
        }
        return x;
    }
}
