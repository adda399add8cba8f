package dev.flops.bench.align;

import java.awt.image.BufferedImage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Pictures of all emoji in one style of art, {@value #SIDE} × {@value #SIDE} pixels of red, green and blue on white, in the order of
 * {@link Emoji#readAll}. Origin and licences stand beside the embedded sheets. Immutable.
 */
public final class EmojiSheet {
    /** Height and width of a picture. */
    public static final int SIDE = 32;

    /** Red, green, blue. */
    public static final int CHANNELS = 3;

    /** Values of a picture. */
    public static final int LENGTH = SIDE * SIDE * CHANNELS;

    private static final int COLUMNS = 41;
    private static final int ROWS = (Emoji.COUNT + COLUMNS - 1) / COLUMNS;

    private final BufferedImage sheet;

    /** Styles of art. */
    public enum Style {
        /** Noto Color Emoji by Google (Apache-2.0): what encoder and projector learn from. */
        GOOGLE,
        /** Twemoji by Twitter (CC-BY 4.0): seen by nothing that learns. */
        TWITTER
    }

    private EmojiSheet(BufferedImage sheet) {
        this.sheet = sheet;
    }

    /**
     * Reads a sheet, decoded anew at each call.
     *
     * @param style which
     * @return its pictures
     */
    public static EmojiSheet read(Style style) {
        String resource = "emoji/" + style.name().toLowerCase(Locale.ROOT) + ".png";
        try (InputStream in = EmojiSheet.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new FileNotFoundException("resource " + resource + " of " + EmojiSheet.class.getName());
            }
            // In memory; ImageIO closes the stream.
            BufferedImage sheet = ImageIO.read(new MemoryCacheImageInputStream(in));
            if (sheet.getWidth() != COLUMNS * SIDE || sheet.getHeight() != ROWS * SIDE) {
                throw new IOException(resource + " has " + sheet.getWidth() + " × " + sheet.getHeight()
                        + " pixels, expected " + COLUMNS * SIDE + " × " + ROWS * SIDE);
            }
            return new EmojiSheet(sheet);
        } catch (IOException e) {
            throw new UncheckedIOException("the embedded pictures of emoji cannot be read", e);
        }
    }

    /**
     * A picture of its own.
     *
     * @param emoji its index
     * @return {@value #SIDE} × {@value #SIDE} pixels
     */
    public BufferedImage picture(int emoji) {
        if (emoji < 0 || emoji >= Emoji.COUNT) {
            throw new IllegalArgumentException("emoji = " + emoji + ", expected 0 <= emoji < " + Emoji.COUNT);
        }
        BufferedImage picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        int left = emoji % COLUMNS * SIDE;
        int top = emoji / COLUMNS * SIDE;
        picture.setRGB(0, 0, SIDE, SIDE, sheet.getRGB(left, top, SIDE, SIDE, null, 0, SIDE), 0, SIDE);
        return picture;
    }

    /**
     * Copies the features of a picture: p/127.5 − 1 of each byte p.
     *
     * @param emoji its index
     * @param out modified: receives row-major ({@value #SIDE}, {@value #SIDE}, {@value #CHANNELS}) values in [−1, 1]
     * @param offset where they begin
     */
    public void readInto(int emoji, float[] out, int offset) {
        int[] pixels = picture(emoji).getRGB(0, 0, SIDE, SIDE, null, 0, SIDE);
        for (int i = 0; i < pixels.length; i++) {
            for (int channel = 0; channel < CHANNELS; channel++) {
                int p = (pixels[i] >> (16 - 8 * channel)) & 255;
                out[offset + i * CHANNELS + channel] = p / 127.5f - 1;
            }
        }
    }

    /** A picture's features as in a mirror; the picture is not modified. */
    static float[] mirrored(float[] picture) {
        float[] mirrored = new float[LENGTH];
        for (int pixel = 0; pixel < SIDE * SIDE; pixel++) {
            int from = pixel / SIDE * SIDE + SIDE - 1 - pixel % SIDE;
            System.arraycopy(picture, from * CHANNELS, mirrored, pixel * CHANNELS, CHANNELS);
        }
        return mirrored;
    }
}
