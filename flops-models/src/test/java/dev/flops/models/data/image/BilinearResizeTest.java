package dev.flops.models.data.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flops.models.data.NpyArray;
import dev.flops.models.data.NpyReader;
import java.io.IOException;
import java.io.InputStream;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against PyTorch and Pillow, see make_resize_fixtures.py, and against laws that any interpolation of this kind has. */
class BilinearResizeTest {
    private static final ImageShape ORIGINAL = new ImageShape(11, 7, 3);

    private static float[] fixture(String name) throws IOException {
        try (InputStream in = BilinearResizeTest.class.getResourceAsStream(name + ".npy")) {
            NpyArray array = NpyReader.read(in, name);
            float[] values = new float[array.length()];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) array.getDouble(i);
            }
            return values;
        }
    }

    private static float[] resized(float[] image, ImageShape shape, int height, int width, boolean antialias) {
        float[] out = new float[height * width * shape.channels()];
        BilinearResize.resizeInto(image, shape, height, width, antialias, out, 0);
        return out;
    }

    private static double largestDifference(float[] a, float[] b) {
        assertThat(a).hasSameSizeAs(b);
        double largest = 0;
        for (int i = 0; i < a.length; i++) {
            largest = Math.max(largest, Math.abs((double) a[i] - b[i]));
        }
        return largest;
    }

    @ParameterizedTest
    @CsvSource({"11, 7", "5, 3", "4, 16", "23, 2", "1, 1", "28, 28"})
    void agreesWithPyTorchAndPillow(int height, int width) throws IOException {
        float[] original = fixture("original");
        String size = height + "x" + width;
        float[] plain = resized(original, ORIGINAL, height, width, false);
        float[] antialiased = resized(original, ORIGINAL, height, width, true);
        assertThat(largestDifference(plain, fixture("plain-" + size))).isLessThanOrEqualTo(255e-6);
        assertThat(largestDifference(antialiased, fixture("antialias-" + size))).isLessThanOrEqualTo(255e-6);
        // Pillow rounds to bytes after each axis: at most half a level twice.
        assertThat(largestDifference(antialiased, fixture("pillow-" + size))).isLessThanOrEqualTo(1.01);
        // The two conventions differ where an image shrinks: the fixtures tell them apart.
        boolean shrinks = height < ORIGINAL.height() || width < ORIGINAL.width();
        assertThat(largestDifference(plain, antialiased) > 1).isEqualTo(shrinks);
    }

    @Property(tries = 200)
    void linearRampsStayLinearInside(
            @ForAll @IntRange(min = 1, max = 12) int from,
            @ForAll @IntRange(min = 1, max = 30) int to,
            @ForAll boolean antialias) {
        float[] ramp = new float[from];
        for (int j = 0; j < from; j++) {
            ramp[j] = j;
        }
        float[] rows = resized(ramp, new ImageShape(from, 1, 1), to, 1, antialias);
        float[] columns = resized(ramp, new ImageShape(1, from, 1), 1, to, antialias);
        assertThat(rows).isEqualTo(columns);
        double support = antialias ? Math.max(1, (double) from / to) : 1;
        for (int i = 0; i < to; i++) {
            double centre = (i + 0.5) * from / to;
            // A symmetric window that lies inside: its mean of a linear function is the value at the centre, if the
            // triangle's samples are balanced, which they are exactly for half-width 1.
            if (support == 1 && centre - 0.5 >= 0 && centre + 0.5 <= from) {
                assertThat((double) rows[i]).isCloseTo(centre - 0.5, Offset.offset(1e-5));
            }
            assertThat(rows[i]).isBetween(0f, from - 1f);
        }
    }

    @Property(tries = 200)
    void constantsStayAndMirrorsCommute(
            @ForAll @IntRange(min = 1, max = 9) int height,
            @ForAll @IntRange(min = 1, max = 9) int width,
            @ForAll @IntRange(min = 1, max = 20) int toHeight,
            @ForAll @IntRange(min = 1, max = 20) int toWidth,
            @ForAll boolean antialias,
            @ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        ImageShape shape = new ImageShape(height, width, 2);
        float[] image = new float[shape.length()];
        for (int i = 0; i < image.length; i++) {
            image[i] = i % 2 == 0 ? 0.7f : (float) random.nextDouble();
        }
        float[] out = resized(image, shape, toHeight, toWidth, antialias);
        float[] mirroredOut = resized(mirrored(image, shape), shape, toHeight, toWidth, antialias);
        assertThat(largestDifference(mirrored(out, new ImageShape(toHeight, toWidth, 2)), mirroredOut))
                .isLessThan(1e-6);
        for (int i = 0; i < out.length; i += 2) {
            assertThat(out[i]).isCloseTo(0.7f, Offset.offset(1e-6f));
        }
    }

    private static float[] mirrored(float[] image, ImageShape shape) {
        float[] out = new float[image.length];
        for (int y = 0; y < shape.height(); y++) {
            for (int x = 0; x < shape.width(); x++) {
                for (int c = 0; c < shape.channels(); c++) {
                    out[(y * shape.width() + shape.width() - 1 - x) * shape.channels() + c] =
                            image[(y * shape.width() + x) * shape.channels() + c];
                }
            }
        }
        return out;
    }
}
