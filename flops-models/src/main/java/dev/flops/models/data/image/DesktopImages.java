package dev.flops.models.data.image;

import dev.flops.models.data.InvalidDataException;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** The one class that needs the module java.desktop: it is linked when a picture is decoded, and not before. */
final class DesktopImages {
    private static final int COLOURS = 3;

    private DesktopImages() {}

    /** Decodes a file that has been checked. */
    static Picture decode(String source, byte[] file, String format) {
        try {
            ImageReader reader = reader(format);
            try (MemoryCacheImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
                reader.setInput(in, true, true);
                return toPicture(reader.read(0));
            } finally {
                reader.dispose();
            }
        } catch (IOException | RuntimeException e) {
            // The bytes are in memory: whatever a decoder throws is about them.
            InvalidDataException invalid =
                    new InvalidDataException(source, 0, "a picture that cannot be decoded: " + e.getMessage(), format);
            invalid.initCause(e);
            throw invalid;
        }
    }

    /** The JDK's own decoder, whatever else is on the class path. */
    private static ImageReader reader(String format) throws IOException {
        Iterator<ImageReaderSpi> all = IIORegistry.getDefaultInstance()
                .getServiceProviders(
                        ImageReaderSpi.class,
                        provider -> provider instanceof ImageReaderSpi of
                                && of.getClass().getModule() == ImageReader.class.getModule()
                                && List.of(of.getFormatNames()).contains(format),
                        true);
        if (!all.hasNext()) {
            throw new IllegalStateException("no decoder of " + format + " in java.desktop");
        }
        return all.next().createReaderInstance();
    }

    /** The samples as they are stored, without conversion between colour spaces; transparency is dropped. */
    private static Picture toPicture(BufferedImage image) {
        Raster raster = image.getRaster();
        ColorModel colours = image.getColorModel();
        int bands = raster.getNumBands();
        boolean grey = bands <= 2 && !(colours instanceof IndexColorModel);
        ImageShape shape = new ImageShape(image.getHeight(), image.getWidth(), grey ? 1 : COLOURS);
        byte[] pixels = new byte[shape.length()];
        int[] row = new int[image.getWidth() * bands];
        int at = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            raster.getPixels(raster.getMinX(), raster.getMinY() + y, image.getWidth(), 1, row);
            for (int x = 0; x < image.getWidth(); x++) {
                for (int c = 0; c < shape.channels(); c++) {
                    if (colours instanceof IndexColorModel palette) {
                        pixels[at++] = (byte) (palette.getRGB(row[x]) >> (16 - 8 * c));
                    } else {
                        // The upper eight bits.
                        pixels[at++] = (byte) (row[x * bands + c]
                                << 8
                                >> raster.getSampleModel().getSampleSize(c));
                    }
                }
            }
        }
        return new Picture(shape, pixels);
    }
}
