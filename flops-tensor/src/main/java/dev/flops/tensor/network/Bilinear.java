package dev.flops.tensor.network;

import dev.flops.tensor.Tensor;

/** Bilinear interpolation of channels-last images, pixel centres at half-integers. */
final class Bilinear {
    private Bilinear() {}

    /** Result pixel t of one axis lies between source pixels {@code low} and {@code high}, {@code weight} of the way. */
    private record Place(int low, int high, float weight) {
        static Place of(int t, int from, int to) {
            double at = Math.max(0, (t + 0.5) * from / to - 0.5);
            int low = (int) at;
            return new Place(low, Math.min(low + 1, from - 1), (float) (at - low));
        }
    }

    static void resize(Tensor x, Tensor out) {
        int height = x.shape().extent(1);
        int width = x.shape().extent(2);
        int channels = x.shape().extent(3);
        int rows = out.shape().extent(1);
        int columns = out.shape().extent(2);
        int to = out.offset();
        for (int r = 0; r < x.shape().extent(0); r++) {
            int image = x.offset() + r * height * width * channels;
            for (int oy = 0; oy < rows; oy++) {
                Place y = Place.of(oy, height, rows);
                for (int ox = 0; ox < columns; ox++, to += channels) {
                    Place at = Place.of(ox, width, columns);
                    for (int c = 0; c < channels; c++) {
                        float top = mix(x.array(), image + y.low() * width * channels + c, channels, at);
                        float bottom = mix(x.array(), image + y.high() * width * channels + c, channels, at);
                        out.array()[to + c] = Math.fma(y.weight(), bottom - top, top);
                    }
                }
            }
        }
    }

    private static float mix(float[] values, int row, int channels, Place at) {
        float left = values[row + at.low() * channels];
        return Math.fma(at.weight(), values[row + at.high() * channels] - left, left);
    }
}
