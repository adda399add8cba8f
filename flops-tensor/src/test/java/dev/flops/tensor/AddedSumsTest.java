package dev.flops.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flops.tensor.spec.SimdWidth;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What is added to a stretch of an array is what is added to a tensor, and nothing around it changes. */
final class AddedSumsTest {
    private static final TensorOps OPS = TensorOps.of(SimdWidth.AUTO);
    private static final int ROWS = 5;
    private static final int M = 3;
    private static final int N = 19;
    private static final int OFFSET = 7;

    private final Workspace workspace = new Workspace();
    private final Tensor a = random(1, ROWS, M);
    private final Tensor x = random(2, ROWS, N);
    private final Tensor y = random(3, ROWS, N);

    /** Adds to a stretch of an array. */
    @FunctionalInterface
    private interface Sum {
        void addTo(float[] sums, int offset);
    }

    @Test
    void columnSums() {
        check(
                random(4, N),
                sums -> OPS.elementwise().addColumnSumsInPlace(x, sums),
                (sums, offset) -> OPS.elementwise().addColumnSumsInPlace(x, sums, offset));
    }

    @Test
    void columnDots() {
        check(
                random(5, N),
                sums -> OPS.elementwise().addColumnDotsInPlace(x, y, sums),
                (sums, offset) -> OPS.elementwise().addColumnDotsInPlace(x, y, sums, offset));
    }

    @Test
    void transposedProducts() {
        check(
                random(6, M, N),
                sums -> OPS.matrix().addTransposedProductInPlace(a, x, sums, workspace),
                (sums, offset) -> OPS.matrix().addTransposedProductInPlace(a, x, sums, offset, workspace));
    }

    private static void check(Tensor before, Consumer<Tensor> toTensor, Sum toArray) {
        int length = before.elements();
        float[] array = new float[OFFSET + length + 2];
        Arrays.fill(array, Float.NaN);
        System.arraycopy(before.array(), 0, array, OFFSET, length);
        float[] expected = array.clone();
        Tensor sums = Tensor.view(before.shape(), before.array().clone(), 0);
        toTensor.accept(sums);
        System.arraycopy(sums.array(), 0, expected, OFFSET, length);

        toArray.addTo(array, OFFSET);

        assertThat(array).containsExactly(expected);
        assertThat(sums.array()).isNotEqualTo(before.array());
        for (int offset : new int[] {-1, 3 + OFFSET}) {
            assertThatThrownBy(() -> toArray.addTo(array, offset)).isInstanceOf(IndexOutOfBoundsException.class);
        }
        assertThat(array).containsExactly(expected);
    }

    private static Tensor random(int seed, int... extents) {
        Tensor tensor = Tensor.zeros(extents);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < tensor.elements(); i++) {
            tensor.array()[i] = random.nextFloat() - 0.5f;
        }
        return tensor;
    }
}
