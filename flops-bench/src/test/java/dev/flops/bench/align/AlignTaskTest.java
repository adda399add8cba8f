package dev.flops.bench.align;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.flops.alloc.estimate.SamplingScheme;
import dev.flops.bench.task.AllocatorChoice;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.Workers;
import dev.flops.tensor.spec.SimdWidth;
import org.junit.jupiter.api.Test;

final class AlignTaskTest {
    private static AlignConfig config(AllocatorChoice allocator, SimdWidth simd, int steps) {
        return new AlignConfig(allocator, SamplingScheme.CLEAN_BASELINE, 0.1f, 0.2, 0.02, 64, 256, steps, 3, simd);
    }

    /** Targets are a linear function of the features, so that a projector can find every text. */
    @Test
    void picturesLearnToFindTheirTexts() {
        AlignTask task = SyntheticAlignment.task(Workers.callingThread());
        AlignResult before = task.run(config(AllocatorChoice.EQUAL, SimdWidth.AUTO, 1), point -> true);
        AlignResult after = task.run(config(AllocatorChoice.EQUAL, SimdWidth.AUTO, 250), point -> true);
        assertThat(before.google().imageToText10()).isLessThan(0.2);
        assertThat(after.google().imageToText10()).isGreaterThan(0.8);
        assertThat(after.google().textToImage10()).isGreaterThan(0.8);
        assertThat(after.twitter()).as("the same features there").isEqualTo(after.google());
        assertThat(after.queries()).isEqualTo(250L * 256);
        assertThat(after.curve()).hasSize(6);
    }

    @Test
    void aRunIsTheSameWhateverTheWidth() {
        AlignTask task = SyntheticAlignment.task(Workers.callingThread());
        AlignResult wide = task.run(config(AllocatorChoice.NEYMAN, SimdWidth.AUTO, 5), point -> true);
        AlignResult scalar = task.run(config(AllocatorChoice.NEYMAN, SimdWidth.SCALAR, 5), point -> true);
        assertThat(scalar.parametersSha256()).isEqualTo(wide.parametersSha256());
        assertThat(scalar.google()).isEqualTo(wide.google());
    }

    @Test
    void ranksAreCounted() {
        Tensor pictures = Tensor.of(new float[] {2, 0, 0, 3, 1, 1}, 3, 2);
        Tensor texts = Tensor.of(new float[] {1, 0, 0.8f, 0.6f, 0, 1}, 3, 2);
        Similarities found = Similarities.of(pictures, texts);
        assertThat(found.values()[0]).containsExactly(new double[] {1, 0.8, 0}, within(1e-6));
        // Picture 0 finds text 0 at once; picture 1 text 1 second; picture 2 text 2 tied with text 0, behind text 1.
        assertThat(found.imageToText(1)).isCloseTo(1 / 3.0, within(1e-12));
        assertThat(found.imageToText(2)).isCloseTo(1, within(1e-12));
        assertThat(found.nearestTexts(1)).containsExactly(2, 1, 0);
        // Text 1 has the cosines 0.8, 0.6 and 0.99.
        assertThat(found.textToImage(1)).isCloseTo(1 / 3.0, within(1e-12));
        assertThat(found.textToImage(3)).isCloseTo(1, within(1e-12));
        assertThat(found.nearestPictures(1)).containsExactly(2, 0, 1);
    }
}
