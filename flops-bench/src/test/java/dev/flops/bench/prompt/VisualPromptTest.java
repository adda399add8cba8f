package dev.flops.bench.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.flops.api.RandomKey;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** What prompts do to a picture, against their definitions. */
final class VisualPromptTest {
    private static final int SIDE = Digits.SIDE;

    private static float[] values(long seed, int length, double scale) {
        RandomKey key = RandomKey.ofSeed(seed);
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) (scale * (2 * key.uniform(0, i) - 1));
        }
        return values;
    }

    @Property(tries = 20)
    void zeroLeavesEveryPictureAsItIs(@ForAll long seed, @ForAll PromptChoice choice) {
        float[] picture = values(seed, Digits.PIXELS, 1);
        float[] prompted = new float[Digits.PIXELS];
        VisualPrompt prompt = choice.prompt();
        prompt.apply(new float[prompt.dimension()], 0, picture, prompted);
        assertThat(prompted).isEqualTo(picture);
    }

    /** The sum over coefficients as the documentation has it, pixel by pixel. */
    @Property(tries = 8)
    void theCoordinatorIsItsFormula(@ForAll long seed, @ForAll @IntRange(min = 1, max = 4) int frequencies) {
        CoordinatorPrompt prompt = new CoordinatorPrompt(frequencies);
        int coefficients = frequencies * frequencies;
        int offset = 3;
        float[] points = values(seed, offset + prompt.dimension(), 0.3);
        float[] picture = values(seed + 1, Digits.PIXELS, 1);
        double[] expected = new double[Digits.PIXELS];
        for (int p = 0; p < expected.length; p++) {
            expected[p] = picture[p];
        }
        for (int k = 0; k < coefficients; k++) {
            double f = 0;
            for (int p = 0; p < Digits.PIXELS; p++) {
                f += (picture[p] - 1) * basis(k / frequencies, p / SIDE) * basis(k % frequencies, p % SIDE);
            }
            double change = SIDE * points[offset + k] + points[offset + coefficients + k] * f;
            for (int p = 0; p < Digits.PIXELS; p++) {
                expected[p] += change * basis(k / frequencies, p / SIDE) * basis(k % frequencies, p % SIDE);
            }
        }
        float[] prompted = new float[Digits.PIXELS];
        prompt.apply(points, offset, picture, prompted);
        for (int p = 0; p < Digits.PIXELS; p++) {
            assertThat((double) prompted[p]).isCloseTo(Math.clamp(expected[p], -1.0, 1.0), within(1e-5));
        }
    }

    private static double basis(int frequency, int at) {
        double norm = frequency == 0 ? StrictMath.sqrt(1.0 / SIDE) : StrictMath.sqrt(2.0 / SIDE);
        return norm * StrictMath.cos(StrictMath.PI * frequency * (at + 0.5) / SIDE);
    }

    /** On blank paper there is nothing to amplify: only the part that all pictures share is seen. */
    @Test
    void blankPaperHasNoCoefficients() {
        CoordinatorPrompt prompt = new CoordinatorPrompt(3);
        float[] paper = new float[Digits.PIXELS];
        Arrays.fill(paper, 1);
        float[] gains = new float[prompt.dimension()];
        Arrays.fill(gains, 9, 18, 5);
        float[] prompted = new float[Digits.PIXELS];
        prompt.apply(gains, 0, paper, prompted);
        assertThat(prompted).isEqualTo(paper);
        gains[0] = -0.5f;
        prompt.apply(gains, 0, paper, prompted);
        for (float pixel : prompted) {
            assertThat(pixel).isCloseTo(0.5f, within(1e-6f));
        }
    }

    @Property(tries = 20)
    void aGridAsFineAsThePictureIsAddedPixelByPixel(@ForAll long seed) {
        float[] points = values(seed, Digits.PIXELS, 0.8);
        float[] picture = values(seed + 1, Digits.PIXELS, 1);
        float[] prompted = new float[Digits.PIXELS];
        new GridPrompt(SIDE).apply(points, 0, picture, prompted);
        for (int p = 0; p < Digits.PIXELS; p++) {
            assertThat(prompted[p]).isEqualTo(Math.clamp(picture[p] + points[p], -1f, 1f));
        }
    }
}
