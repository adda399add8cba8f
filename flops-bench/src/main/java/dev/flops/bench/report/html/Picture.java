package dev.flops.bench.report.html;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * A small picture, shown enlarged.
 *
 * @param caption what it shows
 * @param source the picture as a data URL
 */
public record Picture(String caption, String source) {
    private static final String PNG = "data:image/png;base64,";
    private static final int WHITE = 255;

    /** A page loads nothing from elsewhere: the picture itself is expected. */
    public Picture {
        if (!source.startsWith(PNG)) {
            throw new IllegalArgumentException("source = " + source + ", expected " + PNG + "...");
        }
    }

    /**
     * A grey picture.
     *
     * @param caption what it shows
     * @param width its width in pixels; its height follows from the number of values
     * @param values row-major, not modified
     * @param black value that is black; below it is black, too
     * @param white value that is white; above it is white, too
     * @return the picture
     */
    public static Picture grey(String caption, int width, float[] values, float black, float white) {
        BufferedImage image = new BufferedImage(width, values.length / width, BufferedImage.TYPE_BYTE_GRAY);
        for (int i = 0; i < values.length; i++) {
            int level = Math.clamp(Math.round(WHITE * (values[i] - black) / (white - black)), 0, WHITE);
            image.getRaster().setSample(i % width, i / width, 0, level);
        }
        return of(caption, image);
    }

    /**
     * A picture of any colours.
     *
     * @param caption what it shows
     * @param image its pixels, not modified
     * @return the picture
     */
    public static Picture of(String caption, BufferedImage image) {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        // In memory: a cache in a file asks for a shutdown hook, which is refused after Ctrl-C.
        try (ImageOutputStream stream = new MemoryCacheImageOutputStream(png)) {
            ImageIO.write(image, "png", stream);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Picture(caption, PNG + Base64.getEncoder().encodeToString(png.toByteArray()));
    }
}
