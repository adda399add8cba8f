package dev.flops.bench.prompt;

/** Bilinear interpolation of a small square on a larger one, between pixel centres; beyond the outermost centres, their values. */
final class BilinearGrid {
    private final int small;
    private final int[] low;
    private final int[] high;
    private final float[] share;

    BilinearGrid(int small, int large) {
        this.small = small;
        this.low = new int[large];
        this.high = new int[large];
        this.share = new float[large];
        for (int i = 0; i < large; i++) {
            double at = Math.max(0, Math.min(small - 1, (i + 0.5) * small / large - 0.5));
            low[i] = (int) at;
            high[i] = Math.min(low[i] + 1, small - 1);
            share[i] = (float) (at - low[i]);
        }
    }

    /** The value at row y and column x of the large square, from the small one that begins at {@code offset}. */
    float at(float[] values, int offset, int y, int x) {
        int above = offset + low[y] * small;
        int below = offset + high[y] * small;
        float top = mix(values[above + low[x]], values[above + high[x]], share[x]);
        float bottom = mix(values[below + low[x]], values[below + high[x]], share[x]);
        return mix(top, bottom, share[y]);
    }

    private static float mix(float a, float b, float share) {
        return a + (b - a) * share;
    }
}
