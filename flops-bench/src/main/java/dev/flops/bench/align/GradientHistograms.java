package dev.flops.bench.align;

/**
 * Which edges a picture has, and where: histograms of oriented gradients (Dalal, Triggs, CVPR 2005). In each cell of {@value #CELL} × {@value #CELL} pixels the lengths of
 * the gradients, each of the channel where it is longest, are shared between the two nearest of {@value #ANGLES} directions; blocks of 2 × 2 cells
 * are divided by √(‖block‖² + {@value #FLOOR}) and cut off at {@value #MOST}.
 */
final class GradientHistograms implements PictureFeatures {
    private static final int CELL = 4;
    private static final int CELLS = EmojiSheet.SIDE / CELL;
    private static final int ANGLES = 9;
    private static final double FLOOR = 0.1;
    private static final float MOST = 0.3f;

    @Override
    public int length() {
        return (CELLS - 1) * (CELLS - 1) * 4 * ANGLES;
    }

    @Override
    public float[] of(float[] picture) {
        double[] cells = new double[CELLS * CELLS * ANGLES];
        for (int y = 0; y < EmojiSheet.SIDE; y++) {
            for (int x = 0; x < EmojiSheet.SIDE; x++) {
                addGradient(picture, y, x, cells);
            }
        }
        float[] out = new float[length()];
        int at = 0;
        for (int y = 0; y < CELLS - 1; y++) {
            for (int x = 0; x < CELLS - 1; x++) {
                at = addBlock(cells, y, x, out, at);
            }
        }
        return out;
    }

    /** At the border the difference to the neighbours is 0. */
    private static void addGradient(float[] picture, int y, int x, double[] cells) {
        double down = 0;
        double right = 0;
        for (int channel = 0; channel < EmojiSheet.CHANNELS; channel++) {
            double dy = y == 0 || y == EmojiSheet.SIDE - 1
                    ? 0
                    : at(picture, y + 1, x, channel) - at(picture, y - 1, x, channel);
            double dx = x == 0 || x == EmojiSheet.SIDE - 1
                    ? 0
                    : at(picture, y, x + 1, channel) - at(picture, y, x - 1, channel);
            if (dy * dy + dx * dx > down * down + right * right) {
                down = dy;
                right = dx;
            }
        }
        double length = StrictMath.sqrt(down * down + right * right);
        double turn = StrictMath.atan2(down, right) / StrictMath.PI; // in [−1, 1]; a half turn is the same direction
        double place = (turn < 0 ? turn + 1 : turn) * ANGLES - 0.5;
        int low = (int) Math.floor(place);
        int cell = (y / CELL * CELLS + x / CELL) * ANGLES;
        cells[cell + Math.floorMod(low, ANGLES)] += length * (1 - (place - low));
        cells[cell + Math.floorMod(low + 1, ANGLES)] += length * (place - low);
    }

    private static double at(float[] picture, int y, int x, int channel) {
        return picture[(y * EmojiSheet.SIDE + x) * EmojiSheet.CHANNELS + channel];
    }

    private static int addBlock(double[] cells, int top, int left, float[] out, int at) {
        double squares = FLOOR;
        int to = at;
        for (int y = top; y < top + 2; y++) {
            for (int i = left * ANGLES; i < (left + 2) * ANGLES; i++) {
                double value = cells[y * CELLS * ANGLES + i];
                squares += value * value;
                out[to++] = (float) value;
            }
        }
        float scale = (float) (1 / StrictMath.sqrt(squares));
        for (int i = at; i < to; i++) {
            out[i] = Math.min(MOST, out[i] * scale);
        }
        return to;
    }
}
