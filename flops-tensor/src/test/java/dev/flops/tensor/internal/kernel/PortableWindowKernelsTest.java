package dev.flops.tensor.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flops.tensor.spec.Window;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Patches, the convolution made of them, and pooling, against loops over the definition. */
class PortableWindowKernelsTest {
    private static final double UNIT = 0x1p-24;
    private static final float[] SPECIALS = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, -0f};

    private final WindowKernels kernels = new PortableWindowKernels();

    /** An image and a window that fits into it. */
    record Scene(Window window, int height, int width, int channels, boolean specials, long seed) {
        static Scene of(Window window, int moreRows, int moreColumns, int channels, boolean specials, long seed) {
            int height = window.dilation() * (window.kernelHeight() - 1) + 1 - 2 * window.padding() + moreRows;
            int width = window.dilation() * (window.kernelWidth() - 1) + 1 - 2 * window.padding() + moreColumns;
            return new Scene(window, Math.max(1, height), Math.max(1, width), channels, specials, seed);
        }

        int outputs() {
            return window.outputHeight(height) * window.outputWidth(width);
        }

        float[] image(int offset) {
            SplittableRandom random = new SplittableRandom(seed);
            float[] x = new float[offset + height * width * channels];
            for (int i = 0; i < x.length; i++) {
                x[i] = specials && random.nextInt(8) == 0
                        ? SPECIALS[random.nextInt(SPECIALS.length)]
                        : (float) (random.nextDouble() * 2 - 1);
            }
            return x;
        }

        /** Index of the pixel under tap (r, s) of the output position, or −1 outside the image. */
        int pixel(int output, int r, int s) {
            int y = output / window.outputWidth(width) * window.stride() + r * window.dilation() - window.padding();
            int x = output % window.outputWidth(width) * window.stride() + s * window.dilation() - window.padding();
            return y >= 0 && y < height && x >= 0 && x < width ? y * width + x : -1;
        }

        /** The pixels inside the image under the window of an output position, row by row. */
        int[] pixels(int output) {
            return IntStream.range(0, window.kernelHeight() * window.kernelWidth())
                    .map(tap -> pixel(output, tap / window.kernelWidth(), tap % window.kernelWidth()))
                    .filter(pixel -> pixel >= 0)
                    .toArray();
        }
    }

    @Provide
    Arbitrary<Scene> scenes() {
        Arbitrary<Window> windows = Combinators.combine(
                        Arbitraries.integers().between(1, 4),
                        Arbitraries.integers().between(1, 4),
                        Arbitraries.integers().between(1, 3),
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.integers().between(1, 3))
                .as(Window::new);
        return Combinators.combine(
                        windows,
                        Arbitraries.integers().between(0, 9),
                        Arbitraries.integers().between(0, 9),
                        Arbitraries.integers().between(1, 37),
                        Arbitraries.of(true, false),
                        Arbitraries.longs())
                .as(Scene::of);
    }

    @Property(tries = 500)
    void patchesHoldTheTapsInWeightOrder(
            @ForAll("scenes") Scene scene, @ForAll @IntRange(max = 3) int gap, @ForAll @IntRange(max = 36) int first) {
        Window window = scene.window();
        int firstChannel = first % scene.channels();
        int channels = Math.max(1, (scene.channels() - firstChannel) / 2);
        int taps = window.kernelHeight() * window.kernelWidth();
        int ldOut = channels * taps + gap;
        float[] image = scene.image(gap);
        float[] expected = new float[gap + scene.outputs() * ldOut];
        Arrays.fill(expected, 0.5f);
        float[] actual = expected.clone();
        for (int o = 0; o < scene.outputs(); o++) {
            for (int c = 0; c < channels; c++) {
                for (int tap = 0; tap < taps; tap++) {
                    int pixel = scene.pixel(o, tap / window.kernelWidth(), tap % window.kernelWidth());
                    expected[gap + o * ldOut + c * taps + tap] =
                            pixel < 0 ? 0 : image[gap + pixel * scene.channels() + firstChannel + c];
                }
            }
        }
        kernels.extractPatches(
                window,
                scene.height(),
                scene.width(),
                scene.channels(),
                firstChannel,
                channels,
                image,
                gap,
                actual,
                gap,
                ldOut);
        assertThat(MatrixCase.bits(actual)).isEqualTo(MatrixCase.bits(expected));
    }

    /** Grouped convolution = per group patches times weights; error bound (k + 1) u Σ|ab| of one chain. */
    @Property(tries = 200)
    void patchesTimesWeightsAreTheConvolution(
            @ForAll("scenes") Scene drawn,
            @ForAll @IntRange(min = 1, max = 3) int groups,
            @ForAll @IntRange(min = 1, max = 5) int outPerGroup,
            @ForAll @IntRange(min = 1, max = 6) int inPerGroup) {
        Window window = drawn.window();
        Scene scene = new Scene(window, drawn.height(), drawn.width(), groups * inPerGroup, false, drawn.seed());
        int taps = window.kernelHeight() * window.kernelWidth();
        int k = inPerGroup * taps;
        float[] image = scene.image(0);
        float[] weights = new Scene(window, groups * outPerGroup, k, 1, false, drawn.seed() + 1).image(0);
        float[] out = new float[scene.outputs() * groups * outPerGroup];
        for (int group = 0; group < groups; group++) {
            convolveGroup(scene, group, inPerGroup, outPerGroup, groups, image, weights, out);
        }
        for (int o = 0; o < scene.outputs(); o++) {
            for (int channel = 0; channel < groups * outPerGroup; channel++) {
                double exact = 0;
                double magnitude = 0;
                for (int c = 0; c < inPerGroup; c++) {
                    for (int r = 0; r < window.kernelHeight(); r++) {
                        for (int s = 0; s < window.kernelWidth(); s++) {
                            int pixel = scene.pixel(o, r, s);
                            int in = channel / outPerGroup * inPerGroup + c;
                            double product = pixel < 0
                                    ? 0
                                    : (double) image[pixel * scene.channels() + in]
                                            * weights[
                                                    channel * k
                                                            + (c * window.kernelHeight() + r) * window.kernelWidth()
                                                            + s];
                            exact += product;
                            magnitude += Math.abs(product);
                        }
                    }
                }
                assertThat(Math.abs(out[o * groups * outPerGroup + channel] - exact))
                        .isLessThanOrEqualTo(1.01 * (k + 1) * UNIT * magnitude);
            }
        }
    }

    private void convolveGroup(
            Scene scene,
            int group,
            int inPerGroup,
            int outPerGroup,
            int groups,
            float[] image,
            float[] weights,
            float[] out) {
        MatrixKernels matrix = new ScalarMatrixKernels(new CountingNoise());
        int k = inPerGroup * scene.window().kernelHeight() * scene.window().kernelWidth();
        float[] patches = new float[scene.outputs() * k];
        float[] packed = new float[matrix.packedLength(k, outPerGroup)];
        kernels.extractPatches(
                scene.window(),
                scene.height(),
                scene.width(),
                scene.channels(),
                group * inPerGroup,
                inPerGroup,
                image,
                0,
                patches,
                0,
                k);
        matrix.packTransposed(k, outPerGroup, weights, group * outPerGroup * k, k, packed, 0);
        matrix.multiply(
                scene.outputs(),
                outPerGroup,
                k,
                patches,
                0,
                k,
                1,
                packed,
                0,
                false,
                null,
                0,
                out,
                group * outPerGroup,
                groups * outPerGroup,
                new float[matrix.scratchLength()]);
    }

    @Property(tries = 300)
    void maxPoolIsTheGreatestTapInsideTheImage(@ForAll("scenes") Scene scene) {
        float[] image = scene.image(1);
        float[] expected = new float[1 + scene.outputs() * scene.channels()];
        for (int o = 0; o < scene.outputs(); o++) {
            for (int c = 0; c < scene.channels(); c++) {
                float max = Float.NEGATIVE_INFINITY;
                for (int pixel : scene.pixels(o)) {
                    max = Math.max(max, image[1 + pixel * scene.channels() + c]);
                }
                expected[1 + o * scene.channels() + c] = max;
            }
        }
        float[] actual = new float[expected.length];
        kernels.maxPool(scene.window(), scene.height(), scene.width(), scene.channels(), image, 1, actual, 1);
        assertThat(MatrixCase.bits(actual)).isEqualTo(MatrixCase.bits(expected));
    }

    @Property(tries = 300)
    void averagePoolDividesTheChainByTheTapsInsideTheImage(@ForAll("scenes") Scene scene) {
        float[] image = scene.image(1);
        float[] expected = new float[1 + scene.outputs() * scene.channels()];
        for (int o = 0; o < scene.outputs(); o++) {
            for (int c = 0; c < scene.channels(); c++) {
                float sum = 0;
                for (int pixel : scene.pixels(o)) {
                    sum += image[1 + pixel * scene.channels() + c];
                }
                expected[1 + o * scene.channels() + c] = sum / scene.pixels(o).length;
            }
        }
        float[] actual = new float[expected.length];
        kernels.averagePool(scene.window(), scene.height(), scene.width(), scene.channels(), image, 1, actual, 1);
        assertThat(MatrixCase.bits(actual)).isEqualTo(MatrixCase.bits(expected));
    }

    @Test
    void maxPoolKeepsThePositiveZero() {
        float[] out = new float[1];
        kernels.maxPool(new Window(1, 2, 1, 0, 1), 1, 2, 1, new float[] {-0f, 0f}, 0, out, 0);
        assertThat(Float.floatToRawIntBits(out[0])).isZero();
    }
}
