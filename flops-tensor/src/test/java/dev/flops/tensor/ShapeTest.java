package dev.flops.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class ShapeTest {
    /** However a shape is asked for, it is the one that was handed out lately. */
    @Test
    void extentsAndArraysGiveTheSameShape() {
        assertThat(Shape.of(7)).isSameAs(Shape.of(new int[] {7}));
        assertThat(Shape.of(7, 5)).isSameAs(Shape.of(new int[] {7, 5}));
        assertThat(Shape.of(7, 5, 3)).isSameAs(Shape.of(new int[] {7, 5, 3}));
        assertThat(Shape.of(7, 5, 3, 2)).isSameAs(Shape.of(new int[] {7, 5, 3, 2}));
        assertThat(Shape.of(7, 5, 3, 2).toArray()).containsExactly(7, 5, 3, 2);
    }

    /** Shapes of one hash take each other's place and stay what they are: 31 · 1 + 0 = 0 + 31, one axis later. */
    @Test
    void shapesOfOneHashAreToldApart() {
        Shape first = Shape.of(1, 32);
        Shape second = Shape.of(2, 1);
        assertThat(first).hasSameHashCodeAs(second).isNotEqualTo(second);
        assertThat(Shape.of(1, 32).toArray()).containsExactly(1, 32);
        assertThat(Shape.of(2, 1).toArray()).containsExactly(2, 1);
    }

    @Test
    void extentsBelowOneAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Shape.of(0)).withMessage("extents[0] = 0, expected >= 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Shape.of(2, 3, 4, -1))
                .withMessage("extents[3] = -1, expected >= 1");
    }

    @Test
    void wrongShapesAreNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Checks.requireShape("x", Tensor.zeros(2, 3), 3, 2))
                .withMessage("x.shape = [2, 3], expected [3, 2]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Checks.requireShape("x", Tensor.zeros(2, 3), 2, 3, 1))
                .withMessage("x.shape = [2, 3], expected [2, 3, 1]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Checks.requireShape("x", Tensor.zeros(2, 3, 1, 5), 2, 3, 1, 4))
                .withMessage("x.shape = [2, 3, 1, 5], expected [2, 3, 1, 4]");
    }

    @Test
    void askingAgainAllocatesNothing() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        Tensor x = Tensor.zeros(7, 5, 3);
        long bytes = Long.MAX_VALUE;
        int elements = 0;
        for (int run = 0; run < 5; run++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int call = 0; call < 100; call++) {
                elements += Shape.of(7, 5).elements() + Shape.of(7, 5, 3, 2).elements();
                Checks.requireShape("x", x, 7, 5, 3);
            }
            bytes = Math.min(bytes, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(elements).isEqualTo(500 * 245);
        assertThat(bytes).isZero();
    }
}
