package dev.flops.bench.prompt;

/**
 * An additive prompt that is the same for every picture: a coarse square of values, enlarged by bilinear interpolation and added.
 *
 * @param side height and width of the square, 1 to {@link Digits#SIDE}
 */
public record GridPrompt(int side) implements VisualPrompt {
    /** Checks the range. */
    public GridPrompt {
        if (side < 1 || side > Digits.SIDE) {
            throw new IllegalArgumentException("side = " + side + ", expected 1 <= side <= " + Digits.SIDE);
        }
    }

    @Override
    public String name() {
        return "grid" + side;
    }

    @Override
    public int dimension() {
        return side * side;
    }

    @Override
    public void apply(float[] points, int offset, float[] picture, float[] prompted) {
        BilinearGrid grid = new BilinearGrid(side, Digits.SIDE);
        for (int y = 0; y < Digits.SIDE; y++) {
            for (int x = 0; x < Digits.SIDE; x++) {
                int pixel = y * Digits.SIDE + x;
                prompted[pixel] = Math.clamp(picture[pixel] + grid.at(points, offset, y, x), -1f, 1f);
            }
        }
    }
}
