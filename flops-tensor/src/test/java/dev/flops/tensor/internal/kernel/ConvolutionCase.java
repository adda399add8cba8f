package dev.flops.tensor.internal.kernel;

import dev.flops.tensor.spec.Window;
import java.util.SplittableRandom;

/**
 * One convolution of two images, of whose two groups of channels the second is convolved.
 *
 * @param window geometry
 * @param height rows of an image
 * @param width columns of an image
 * @param before channels before the group
 * @param channels channels of the group
 * @param n channels of the output
 * @param gap what rows of the output exceed n by, and where arrays begin
 * @param bias whether a bias is added
 * @param specials whether inputs hold infinities, NaN and −0
 * @param seed of the inputs
 */
record ConvolutionCase(
        Window window,
        int height,
        int width,
        int before,
        int channels,
        int n,
        int gap,
        boolean bias,
        boolean specials,
        long seed) {
    private static final int IMAGES = 2;
    private static final float[] SPECIALS = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, -0f};

    int positions() {
        return window.outputHeight(height) * window.outputWidth(width);
    }

    int k() {
        return channels * window.kernelHeight() * window.kernelWidth();
    }

    private int ldOut() {
        return n + gap;
    }

    private float[] images() {
        return numbers(1, gap + IMAGES * height * width * (before + channels));
    }

    private float[] weights() {
        return numbers(2, n * k());
    }

    private float[] biases() {
        return numbers(3, gap + n);
    }

    /** The output with its surroundings; a float beyond the scratch memory that the kernel asks for must stay as it is. */
    float[] run(Kernels kernels) {
        float[] packed = new float[kernels.matrix().packedLength(k(), n)];
        kernels.matrix().packTransposed(k(), n, weights(), 0, k(), packed, 0);
        float[] out = MatrixCase.poisoned(gap + IMAGES * positions() * ldOut() + 3);
        int room = kernels.convolution().scratchLength(window, height, width, channels);
        float[] scratch = MatrixCase.poisoned(room + 1);
        float guard = scratch[room];
        kernels.convolution()
                .convolve(
                        IMAGES,
                        window,
                        height,
                        width,
                        before + channels,
                        before,
                        channels,
                        images(),
                        gap,
                        n,
                        packed,
                        bias ? biases() : null,
                        bias ? gap : 0,
                        out,
                        gap,
                        ldOut(),
                        scratch,
                        new ConvolutionJob());
        if (Float.floatToRawIntBits(scratch[room]) != Float.floatToRawIntBits(guard)) {
            throw new AssertionError("scratch[" + room + "] was written by " + kernels.name() + " for " + this);
        }
        return out;
    }

    /** Patches and a product, both scalar. */
    float[] byPatches() {
        WindowKernels patches = new PortableWindowKernels();
        MatrixKernels matrix = new ScalarMatrixKernels(new ScalarNoiseKernels());
        float[] packed = new float[matrix.packedLength(k(), n)];
        matrix.packTransposed(k(), n, weights(), 0, k(), packed, 0);
        float[] out = MatrixCase.poisoned(gap + IMAGES * positions() * ldOut() + 3);
        float[] rows = new float[positions() * k()];
        for (int image = 0; image < IMAGES; image++) {
            int all = before + channels;
            int from = gap + image * height * width * all;
            patches.extractPatches(window, height, width, all, before, channels, images(), from, rows, 0, k());
            int to = gap + image * positions() * ldOut();
            float[] added = bias ? biases() : null;
            matrix.multiply(
                    positions(), n, k(), rows, 0, k(), 1, packed, 0, false, added, gap, out, to, ldOut(), new float[0]);
        }
        return out;
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
