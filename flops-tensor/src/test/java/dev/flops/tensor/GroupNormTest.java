package dev.flops.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flops.tensor.spec.SimdWidth;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Group normalisation is layer normalisation of each group's elements in the order (position, channel), bit for bit. */
class GroupNormTest {
    private static final float EPSILON = 1e-5f;
    private static final float[] SPECIALS = {Float.NaN, Float.POSITIVE_INFINITY, -0f, Float.MIN_VALUE, 1e30f};

    @Property(tries = 300)
    void isLayerNormOfEachGroup(
            @ForAll @IntRange(min = 1, max = 3) int rows,
            @ForAll @IntRange(min = 1, max = 45) int positions,
            @ForAll @IntRange(min = 1, max = 5) int groups,
            @ForAll @IntRange(min = 1, max = 33) int share,
            @ForAll boolean scalar,
            @ForAll long seed) {
        TensorOps ops = TensorOps.of(scalar ? SimdWidth.SCALAR : SimdWidth.AUTO);
        int channels = groups * share;
        Tensor images = images(seed, rows, positions, channels);
        Tensor expected = Tensor.zeros(rows, positions, 1, channels);
        Tensor group = Tensor.zeros(1, positions * share);
        for (int r = 0; r < rows; r++) {
            for (int g = 0; g < groups; g++) {
                copy(images, r, g * share, group, true);
                ops.row()
                        .layerNormInto(group, ones(positions * share), Tensor.zeros(positions * share), EPSILON, group);
                copy(expected, r, g * share, group, false);
            }
        }
        Tensor actual = Tensor.zeros(rows, positions, 1, channels);
        ops.normalization().groupNormInto(images, groups, EPSILON, actual, new Workspace());
        requireSame(actual, expected);
        ops.normalization().groupNormInto(images, groups, EPSILON, images, new Workspace());
        requireSame(images, expected);
    }

    private static void requireSame(Tensor actual, Tensor expected) {
        for (int e = 0; e < expected.elements(); e++) {
            // γ = 1 and β = +0 change nothing but the sign of −0.
            float value = actual.array()[e] + 0f;
            assertThat(Float.floatToIntBits(value)).isEqualTo(Float.floatToIntBits(expected.array()[e]));
        }
    }

    private static Tensor ones(int n) {
        Tensor ones = Tensor.zeros(n);
        java.util.Arrays.fill(ones.array(), 1);
        return ones;
    }

    private static Tensor images(long seed, int rows, int positions, int channels) {
        SplittableRandom random = new SplittableRandom(seed);
        Tensor images = Tensor.zeros(rows, positions, 1, channels);
        for (int e = 0; e < images.elements(); e++) {
            images.array()[e] = seed % 4 == 0 && random.nextInt(40) == 0
                    ? SPECIALS[random.nextInt(SPECIALS.length)]
                    : (float) (random.nextDouble() * 2 - 1);
        }
        return images;
    }

    private static void copy(Tensor images, int r, int first, Tensor group, boolean toGroup) {
        int channels = images.shape().extent(3);
        int positions = images.shape().extent(1);
        int share = group.elements() / positions;
        for (int p = 0; p < positions; p++) {
            for (int c = 0; c < share; c++) {
                int at = (r * positions + p) * channels + first + c;
                if (toGroup) {
                    group.array()[p * share + c] = images.array()[at];
                } else {
                    images.array()[at] = group.array()[p * share + c];
                }
            }
        }
    }
}
