package dev.flops.models.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.flops.api.LabelledExamples;
import dev.flops.api.RandomKey;
import dev.flops.models.data.Normalization;
import dev.flops.models.data.image.ImageTransform.Channels;
import dev.flops.models.data.image.ImageTransform.Crop;
import dev.flops.models.data.image.ImageTransform.Flip;
import dev.flops.models.data.image.ImageTransform.Normalize;
import dev.flops.models.data.image.ImageTransform.RandomCrop;
import dev.flops.models.data.image.ImageTransform.RandomFlip;
import dev.flops.models.data.image.ImageTransform.Resize;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TransformedImagesTest {
    private static final RandomKey KEY = RandomKey.ofSeed(5);

    /** Example e has the values e, e + 1, ... in row-major order. */
    private record Counting(int height, int width, int channels) implements LabelledExamples {
        @Override
        public int size() {
            return 200;
        }

        @Override
        public int[] exampleShape() {
            return new int[] {height, width, channels};
        }

        @Override
        public int classes() {
            return 2;
        }

        @Override
        public int label(int example) {
            return example % 2;
        }

        @Override
        public void readInto(int example, float[] out, int offset) {
            for (int i = 0; i < exampleLength(); i++) {
                out[offset + i] = example + i;
            }
        }
    }

    private static float[] read(LabelledExamples data, int example) {
        float[] out = new float[data.exampleLength() + 1];
        data.readInto(example, out, 1);
        return Arrays.copyOfRange(out, 1, out.length);
    }

    private static float[] applied(LabelledExamples data, ImageTransform... transforms) {
        return read(TransformedImages.of(data, List.of(transforms), KEY, 0), 0);
    }

    @Test
    void cropsAndFlips() {
        Counting images = new Counting(2, 3, 1);
        assertThat(applied(images, new Crop(0, 1, 2, 2))).containsExactly(1, 2, 4, 5);
        assertThat(applied(images, new Flip())).containsExactly(2, 1, 0, 5, 4, 3);
        assertThat(applied(images, new Crop(1, 0, 1, 3), new Flip())).containsExactly(5, 4, 3);
        assertThat(applied(new Counting(1, 2, 3), new Flip())).containsExactly(3, 4, 5, 0, 1, 2);
    }

    @Test
    void changesChannelsAndNormalises() {
        assertThat(applied(new Counting(1, 1, 3), new Channels(1))).containsExactly((float) (0.587 + 2 * 0.114));
        assertThat(applied(new Counting(1, 2, 1), new Channels(3))).containsExactly(0, 0, 0, 1, 1, 1);
        assertThat(applied(new Counting(1, 1, 3), new Channels(3))).containsExactly(0, 1, 2);
        List<Normalization> each = List.of(new Normalization(1, 1), new Normalization(1, 2), new Normalization(0, 4));
        assertThat(applied(new Counting(1, 1, 3), new Normalize(each))).containsExactly(-1, 0, 0.5f);
        assertThat(applied(new Counting(1, 1, 3), new Normalize(List.of(new Normalization(1, 2)))))
                .containsExactly(-0.5f, 0, 0.5f);
    }

    /** Every place occurs, each is a shifted copy with the margin filled, and none else. */
    @Test
    void randomCropsAreAllShiftsWithTheirMargin() {
        Counting images = new Counting(3, 4, 2);
        LabelledExamples shifted = TransformedImages.of(images, List.of(new RandomCrop(3, 4, 2, -7)), KEY, 3);
        Set<Integer> places = new HashSet<>();
        for (int example = 0; example < images.size(); example++) {
            places.add(placeOf(read(shifted, example), example));
        }
        assertThat(places).hasSize(25);
    }

    private static int placeOf(float[] image, int example) {
        int found = -1;
        for (int place = 0; place < 25; place++) {
            int top = place / 5 - 2;
            int left = place % 5 - 2;
            boolean same = true;
            for (int i = 0; i < image.length; i++) {
                int y = i / 8 + top;
                int x = i / 2 % 4 + left;
                boolean inside = y >= 0 && y < 3 && x >= 0 && x < 4;
                same &= image[i] == (inside ? example + (y * 4 + x) * 2 + i % 2 : -7);
            }
            if (same) {
                assertThat(found).isEqualTo(-1);
                found = place;
            }
        }
        assertThat(found).isGreaterThanOrEqualTo(0);
        return found;
    }

    @Test
    void randomFlipsAreEitherAndFollowKeyEpochAndExample() {
        Counting images = new Counting(1, 2, 1);
        List<ImageTransform> flip = List.of(new RandomFlip());
        boolean[][] flips = new boolean[3][images.size()];
        for (int view = 0; view < 3; view++) {
            LabelledExamples data =
                    TransformedImages.of(images, flip, view < 2 ? KEY : RandomKey.ofSeed(6), view == 1 ? 1 : 0);
            for (int e = 0; e < images.size(); e++) {
                float[] out = read(data, e);
                flips[view][e] = out[0] > out[1];
                assertThat(out[0] + out[1]).isEqualTo(2 * e + 1);
                assertThat(flips[view][e]).isEqualTo(out[0] == e + 1);
            }
        }
        for (boolean[] view : flips) {
            long count = IntStream.range(0, view.length).filter(e -> view[e]).count();
            // Binomial(200, 1/2): outside of 40 to 160 with probability 4e-18; keys are fixed.
            assertThat(count).isBetween(40L, 160L);
        }
        assertThat(flips[1]).isNotEqualTo(flips[0]);
        assertThat(flips[2]).isNotEqualTo(flips[0]);
    }

    /** Reading backwards, twice, or through another view of the same epoch changes nothing; two equal transforms draw apart. */
    @Test
    void orderOfReadingChangesNothing() {
        Counting images = new Counting(4, 4, 1);
        List<ImageTransform> transforms = List.of(new RandomCrop(4, 4, 3, 0), new RandomFlip(), new RandomFlip());
        LabelledExamples first = TransformedImages.of(images, transforms, KEY, 2);
        LabelledExamples second = TransformedImages.of(images, transforms, KEY, 2);
        float[][] forwards = new float[images.size()][];
        for (int e = 0; e < images.size(); e++) {
            forwards[e] = read(first, e);
        }
        for (int e = images.size() - 1; e >= 0; e--) {
            assertThat(read(second, e)).isEqualTo(forwards[e]);
            assertThat(read(first, e)).isEqualTo(forwards[e]);
        }
        LabelledExamples twice =
                TransformedImages.of(new Counting(1, 2, 1), List.of(new RandomFlip(), new RandomFlip()), KEY, 0);
        assertThat(IntStream.range(0, 200).anyMatch(e -> read(twice, e)[0] == e + 1))
                .isTrue();
    }

    @Test
    void keepsLabelsAndShapes() {
        LabelledExamples data =
                TransformedImages.of(new Counting(5, 6, 3), List.of(new Channels(1), new Resize(7, 2, true)), KEY, 0);
        assertThat(data.exampleShape()).containsExactly(7, 2, 1);
        assertThat(data.exampleLength()).isEqualTo(14);
        assertThat(data.size()).isEqualTo(200);
        assertThat(data.classes()).isEqualTo(2);
        assertThat(data.label(3)).isEqualTo(1);
    }

    @Test
    void refusesWhatDoesNotFit() {
        Counting images = new Counting(2, 3, 2);
        refuses(images, new Crop(1, 0, 2, 3), "expected room for Crop");
        refuses(images, new RandomCrop(5, 3, 1, 0), "expected room for RandomCrop");
        refuses(images, new Channels(1), "expected 1 or 3 channels");
        refuses(images, new Normalize(List.of()), "channels.size = 0, expected 1 or 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Crop(-1, 0, 1, 1))
                .withMessageContaining("-1, 0");
        assertThatIllegalArgumentException().isThrownBy(() -> new RandomCrop(1, 1, -1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Channels(2));
        assertThatIllegalArgumentException().isThrownBy(() -> new Resize(0, 1, true));
        assertThatIllegalArgumentException().isThrownBy(() -> new ImageShape(1 << 16, 1 << 16, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> ImageShape.of(new int[] {3}));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TransformedImages.of(images, List.of(), KEY, -1))
                .withMessageContaining("epoch = -1");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> TransformedImages.of(images, List.of(), KEY, 0).readInto(0, new float[12], 1))
                .withMessageContaining("offset = 1");
    }

    private static void refuses(LabelledExamples images, ImageTransform transform, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TransformedImages.of(images, List.of(transform), KEY, 0))
                .withMessageContaining(message);
    }
}
