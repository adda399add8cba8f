package dev.flops.models.reference;

import dev.flops.tensor.Tensor;

/** Bilinear interpolation is linear: ∂x gathers each ∂y with the weight that its pixel had. */
final class ResizeRule {
    private ResizeRule() {}

    static Tensor apply(BackwardPass pass, Tensor x, Tensor dy) {
        Tensor dx = pass.takeZeros(x.shape());
        int height = x.shape().extent(1);
        int width = x.shape().extent(2);
        int channels = x.shape().extent(3);
        int rows = dy.shape().extent(1);
        int columns = dy.shape().extent(2);
        int from = dy.offset();
        for (int r = 0; r < x.shape().extent(0); r++) {
            int image = dx.offset() + r * height * width * channels;
            for (int oy = 0; oy < rows; oy++) {
                float y = place(oy, height, rows);
                for (int ox = 0; ox < columns; ox++, from += channels) {
                    float at = place(ox, width, columns);
                    for (int corner = 0; corner < 4; corner++) {
                        int dyRow = corner / 2;
                        int dxColumn = corner % 2;
                        int pixelY = Math.min((int) y + dyRow, height - 1);
                        int pixelX = Math.min((int) at + dxColumn, width - 1);
                        float weight = share(y, dyRow) * share(at, dxColumn);
                        for (int c = 0; c < channels; c++) {
                            dx.array()[image + (pixelY * width + pixelX) * channels + c] +=
                                    weight * dy.array()[from + c];
                        }
                    }
                }
            }
        }
        return dx;
    }

    /** Where pixel t of the result lies in the source. */
    private static float place(int t, int from, int to) {
        return (float) Math.max(0, (t + 0.5) * from / to - 0.5);
    }

    private static float share(float place, int neighbour) {
        float fraction = place - (int) place;
        return neighbour == 0 ? 1 - fraction : fraction;
    }
}
