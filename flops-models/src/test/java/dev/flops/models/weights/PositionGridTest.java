package dev.flops.models.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.flops.tensor.Tensor;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class PositionGridTest {
    private static final int D = 3;

    private static Tensor random(int side, long seed) {
        Tensor grid = Tensor.zeros(1, 1 + side * side, D);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < grid.elements(); i++) {
            grid.array()[i] = (float) random.nextGaussian();
        }
        return grid;
    }

    private static Tensor resized(Tensor source, int side) {
        Tensor target = Tensor.zeros(1, 1 + side * side, D);
        PositionGrid.resizeInto(source, target);
        return target;
    }

    @Test
    void theSameSizeChangesNothing() {
        for (int side = 1; side < 6; side++) {
            Tensor source = random(side, side);
            assertThat(resized(source, side).array()).isEqualTo(source.array());
        }
    }

    /** Against a sum over all source pixels, each as often as clamping repeats it, by the kernel in its textbook form. */
    @Test
    void everySizeAgreesWithTheDefinition() {
        for (int from = 1; from < 6; from++) {
            for (int to = 1; to < 9; to++) {
                Tensor source = random(from, 10L * from + to);
                Tensor target = resized(source, to);
                for (int j = 0; j < D; j++) {
                    assertThat(target.array()[j]).isEqualTo(source.array()[j]);
                    for (int p = 0; p < to * to; p++) {
                        int y = p / to;
                        int x = p % to;
                        double expected =
                                value(source, from, (y + 0.5) * from / to - 0.5, (x + 0.5) * from / to - 0.5, j);
                        assertThat((double) target.array()[(1 + p) * D + j]).isCloseTo(expected, Offset.offset(1e-6));
                    }
                }
            }
        }
    }

    private static double value(Tensor source, int side, double v, double u, int j) {
        double sum = 0;
        for (int y = -4; y < side + 4; y++) {
            for (int x = -4; x < side + 4; x++) {
                int row = Math.clamp(y, 0, side - 1) * side + Math.clamp(x, 0, side - 1);
                sum += cubic(v - y) * cubic(u - x) * source.array()[(1 + row) * D + j];
            }
        }
        return sum;
    }

    private static double cubic(double x) {
        double a = -0.75;
        double t = Math.abs(x);
        if (t < 1) {
            return (a + 2) * Math.pow(t, 3) - (a + 3) * Math.pow(t, 2) + 1;
        }
        return t < 2 ? a * Math.pow(t, 3) - 5 * a * Math.pow(t, 2) + 8 * a * t - 4 * a : 0;
    }

    @Test
    void shapesAreChecked() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PositionGrid.resizeInto(Tensor.zeros(1, 4, D), Tensor.zeros(1, 5, D)))
                .withMessageContaining("source.shape = [1, 4, 3]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PositionGrid.resizeInto(Tensor.zeros(1, 5, D), Tensor.zeros(1, 5, D + 1)))
                .withMessageContaining("target.shape = [1, 5, 4]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PositionGrid.resizeInto(Tensor.zeros(1, 5, D), Tensor.zeros(5, D)))
                .withMessageContaining("target.shape = [5, 3]");
    }
}
