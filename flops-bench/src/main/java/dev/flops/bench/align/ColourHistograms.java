package dev.flops.bench.align;

/**
 * Which colours a picture has, and roughly where: for each cell of a grid of {@value #GRID} × {@value #GRID}, the square roots of the shares of
 * its pixels in each of {@value #LEVELS}³ colours.
 */
final class ColourHistograms implements PictureFeatures {
    private static final int GRID = 2;
    private static final int LEVELS = 4;
    private static final int CELL = EmojiSheet.SIDE / GRID;
    private static final int COLOURS = LEVELS * LEVELS * LEVELS;

    @Override
    public int length() {
        return GRID * GRID * COLOURS;
    }

    @Override
    public float[] of(float[] picture) {
        float[] shares = new float[length()];
        for (int pixel = 0; pixel < EmojiSheet.SIDE * EmojiSheet.SIDE; pixel++) {
            int colour = 0;
            for (int channel = 0; channel < EmojiSheet.CHANNELS; channel++) {
                float value = picture[pixel * EmojiSheet.CHANNELS + channel];
                colour = colour * LEVELS + Math.clamp((int) ((value + 1) / 2 * LEVELS), 0, LEVELS - 1);
            }
            int cell = pixel / EmojiSheet.SIDE / CELL * GRID + pixel % EmojiSheet.SIDE / CELL;
            shares[cell * COLOURS + colour] += 1f / (CELL * CELL);
        }
        for (int i = 0; i < shares.length; i++) {
            shares[i] = (float) StrictMath.sqrt(shares[i]);
        }
        return shares;
    }
}
