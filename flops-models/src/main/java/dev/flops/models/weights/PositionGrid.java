package dev.flops.models.weights;

import dev.flops.tensor.Tensor;

/**
 * Position embeddings of a vision transformer at another resolution: the class token's is kept, those of the patches are an
 * image of side × side vectors that is resized by bicubic interpolation.
 *
 * <p>A coordinate u of the target lies at (u + 1/2) s/t − 1/2 of the source (centres of pixels, no alignment of corners); the
 * kernel is Keys' cubic with a = −0.75, samples beyond the border are those of the border, and nothing is smoothed when
 * shrinking: what {@code interpolate(mode="bicubic", align_corners=False)} of PyTorch computes. Computed in double precision.
 *
 * <p>Reference: Keys, <em>Cubic convolution interpolation for digital image processing</em>, IEEE TASSP 29(6), 1981.
 */
public final class PositionGrid {
    private static final double A = -0.75;
    private static final int TAPS = 4;

    private PositionGrid() {}

    /**
     * Resizes.
     *
     * @param source (1, 1 + s², d), not modified
     * @param target (1, 1 + t², d), modified: receives the embeddings
     */
    public static void resizeInto(Tensor source, Tensor target) {
        int d = source.shape().extent(-1);
        if (target.shape().extent(-1) != d) {
            throw new IllegalArgumentException("target.shape = " + target.shape() + ", expected width " + d);
        }
        int from = side("source", source);
        int to = side("target", target);
        System.arraycopy(source.array(), source.offset(), target.array(), target.offset(), d);
        double[][] weights = new double[to][TAPS];
        int[] first = new int[to];
        for (int u = 0; u < to; u++) {
            double at = (u + 0.5) * from / to - 0.5;
            first[u] = (int) StrictMath.floor(at) - 1;
            for (int k = 0; k < TAPS; k++) {
                weights[u][k] = kernel(at - (first[u] + k));
            }
        }
        double[] sum = new double[d];
        for (int y = 0; y < to; y++) {
            for (int x = 0; x < to; x++) {
                java.util.Arrays.fill(sum, 0);
                for (int tap = 0; tap < TAPS * TAPS; tap++) {
                    double weight = weights[y][tap / TAPS] * weights[x][tap % TAPS];
                    int row = clamp(first[y] + tap / TAPS, from) * from + clamp(first[x] + tap % TAPS, from);
                    addScaled(weight, source, (1 + row) * d, sum);
                }
                for (int j = 0; j < d; j++) {
                    target.array()[target.offset() + (1 + y * to + x) * d + j] = (float) sum[j];
                }
            }
        }
    }

    /** Whether a number of tokens is that of a class token and a square of patches. */
    static boolean isSquare(int tokens) {
        int side = (int) StrictMath.round(StrictMath.sqrt(tokens - 1.0));
        return tokens > 1 && side * side == tokens - 1;
    }

    private static int side(String name, Tensor x) {
        int tokens =
                x.shape().rank() == 3 && x.shape().extent(0) == 1 ? x.shape().extent(1) : 0;
        if (!isSquare(tokens)) {
            throw new IllegalArgumentException(name + ".shape = " + x.shape() + ", expected (1, 1 + side², d)");
        }
        return (int) StrictMath.round(StrictMath.sqrt(tokens - 1.0));
    }

    private static void addScaled(double weight, Tensor source, int offset, double[] sum) {
        for (int j = 0; j < sum.length; j++) {
            sum[j] += weight * source.array()[source.offset() + offset + j];
        }
    }

    private static int clamp(int index, int bound) {
        return Math.max(0, Math.min(bound - 1, index));
    }

    private static double kernel(double distance) {
        double t = Math.abs(distance);
        if (t <= 1) {
            return ((A + 2) * t - (A + 3)) * t * t + 1;
        }
        return t < 2 ? ((A * t - 5 * A) * t + 8 * A) * t - 4 * A : 0;
    }
}
