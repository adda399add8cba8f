package dev.flops.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.flops.api.Distribution;
import dev.flops.api.NoiseAddress;
import dev.flops.api.RandomKey;
import dev.flops.tensor.spec.Nonlinearity;
import dev.flops.tensor.spec.SimdWidth;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;

/** A product that is finished block by block: the bits of product, sum and function over the whole tensor. */
@Tag("simd")
class FinishedProductTest {
    private static final TensorOps SCALAR = TensorOps.of(SimdWidth.SCALAR);

    /** Floats before and after each tensor in its array. */
    private static final int GUARD = 5;

    private enum Residual {
        NONE,
        APART,
        /** Beside the output in one array. */
        BESIDE,
        OUTPUT
    }

    private record Case(
            int rows, int n, int k, boolean biased, Residual residual, Nonlinearity f, boolean special, long seed) {
        Tensor numbers(int sample, int... extents) {
            Shape shape = Shape.of(extents);
            Tensor tensor = Tensor.view(shape, guarded(shape.elements()), GUARD);
            SCALAR.noise()
                    .noiseInto(Distribution.GAUSSIAN, new NoiseAddress(RandomKey.ofSeed(seed), 1, sample), tensor);
            if (special) {
                float[] values = {Float.POSITIVE_INFINITY, -0f, Float.NaN, Float.MIN_VALUE, Float.NEGATIVE_INFINITY};
                for (int e = sample; e < shape.elements(); e += 37) {
                    tensor.array()[GUARD + e] = values[(e + sample) % values.length];
                }
            }
            return tensor;
        }

        private @Nullable Tensor bias() {
            return biased ? numbers(3, n) : null;
        }

        private PackedMatrix packed(TensorOps ops) {
            PackedMatrix packed = ops.matrix().newPacked(k, n);
            ops.matrix().packInto(numbers(2, k, n), packed);
            return packed;
        }

        /** Product, sum, function: three operations of scalar kernels. */
        int[] separate() {
            Tensor out = Tensor.zeros(rows, n);
            SCALAR.matrix().multiplyInto(numbers(1, rows, k), packed(SCALAR), bias(), out, new Workspace());
            if (residual != Residual.NONE) {
                SCALAR.elementwise().addInto(numbers(4, rows, n), out, out);
            }
            switch (f) {
                case IDENTITY -> {}
                case RELU -> SCALAR.elementwise().reluInto(out, out);
                case GELU -> SCALAR.elementwise().geluInto(out, out);
                case SILU -> SCALAR.elementwise().siluInto(out, out);
            }
            return bits(out.array());
        }

        int[] finished(TensorOps ops) {
            Tensor given = numbers(4, rows, n);
            float[] array = guarded(2 * rows * n);
            Tensor out = Tensor.view(given.shape(), array, GUARD);
            Tensor beside = Tensor.view(given.shape(), array, GUARD + rows * n);
            Tensor summand = switch (residual) {
                case NONE -> null;
                case APART -> given;
                case BESIDE -> beside;
                case OUTPUT -> out;
            };
            if (residual == Residual.BESIDE || residual == Residual.OUTPUT) {
                System.arraycopy(given.array(), given.offset(), array, summand.offset(), rows * n);
            }
            float[] before = array.clone();
            ops.matrix().multiplyInto(numbers(1, rows, k), packed(ops), bias(), summand, f, out, new Workspace());
            int end = GUARD + rows * n;
            assertThat(bits(Arrays.copyOf(array, GUARD))).isEqualTo(bits(Arrays.copyOf(before, GUARD)));
            assertThat(bits(Arrays.copyOfRange(array, end, array.length)))
                    .isEqualTo(bits(Arrays.copyOfRange(before, end, array.length)));
            assertThat(bits(given.array())).isEqualTo(bits(numbers(4, rows, n).array()));
            return bits(out.toArray());
        }
    }

    private static float[] guarded(int length) {
        float[] array = new float[length + 2 * GUARD];
        Arrays.fill(array, -7.5f);
        return array;
    }

    /** All NaN alike. */
    private static int[] bits(float[] x) {
        int[] bits = new int[x.length];
        Arrays.setAll(bits, i -> Float.floatToIntBits(x[i]));
        return bits;
    }

    private static void requireSeparateBits(Case test) {
        int[] expected = test.separate();
        for (SimdWidth width : SimdWidth.values()) {
            assertThat(test.finished(TensorOps.of(width)))
                    .as("%s, %s", width, test)
                    .isEqualTo(expected);
        }
    }

    @Property(tries = 300)
    void theBitsOfSeparateOperations(
            @ForAll @IntRange(min = 1, max = 40) int rows,
            @ForAll @IntRange(min = 1, max = 140) int n,
            @ForAll @IntRange(min = 1, max = 60) int k,
            @ForAll boolean biased,
            @ForAll Residual residual,
            @ForAll Nonlinearity f,
            @ForAll boolean special,
            @ForAll long seed) {
        requireSeparateBits(new Case(rows, n, k, biased, residual, f, special, seed));
    }

    /** Around the extents of a block, 240 rows and 512 along the chain, and of vectors; primes. */
    @Example
    void blocksDoNotShow() {
        int[][] shapes = {
            {239, 17, 31}, {240, 16, 513}, {241, 15, 512}, {481, 7, 3}, {720, 1, 2}, {1, 65, 1031}, {7, 63, 1537}
        };
        for (int[] shape : shapes) {
            for (Residual residual : Residual.values()) {
                for (Nonlinearity f : Nonlinearity.values()) {
                    requireSeparateBits(new Case(shape[0], shape[1], shape[2], true, residual, f, false, shape[2]));
                }
            }
        }
    }

    /** Leaving out the residual, the function or the bias gives other bits. */
    @Example
    void aMissingPartIsNoticed() {
        Case test = new Case(9, 33, 20, true, Residual.APART, Nonlinearity.GELU, false, 1);
        int[] expected = test.separate();
        assertThat(new Case(9, 33, 20, false, Residual.APART, Nonlinearity.GELU, false, 1).finished(SCALAR))
                .isNotEqualTo(expected);
        assertThat(new Case(9, 33, 20, true, Residual.NONE, Nonlinearity.GELU, false, 1).finished(SCALAR))
                .isNotEqualTo(expected);
        for (Nonlinearity f : Nonlinearity.values()) {
            assertThat(Arrays.equals(new Case(9, 33, 20, true, Residual.APART, f, false, 1).finished(SCALAR), expected))
                    .isEqualTo(f == Nonlinearity.GELU);
        }
    }

    @Example
    void nothingIsAllocated() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        Tensor x = Tensor.zeros(250, 3);
        Tensor out = Tensor.zeros(250, 5);
        Tensor bias = Tensor.zeros(5);
        PackedMatrix packed = SCALAR.matrix().newPacked(3, 5);
        Workspace workspace = new Workspace();
        long bytes = Long.MAX_VALUE;
        for (int run = 0; run < 5; run++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int call = 0; call < 100; call++) {
                SCALAR.matrix().multiplyInto(x, packed, bias, out, Nonlinearity.SILU, out, workspace);
            }
            bytes = Math.min(bytes, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(bytes).isZero();
    }

    @Example
    void wrongArgumentsAreRefused() {
        PackedMatrix packed = SCALAR.matrix().newPacked(4, 2);
        Tensor x = Tensor.zeros(3, 4);
        Tensor out = Tensor.zeros(3, 2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SCALAR.matrix()
                        .multiplyInto(x, packed, null, Tensor.zeros(2, 3), Nonlinearity.IDENTITY, out, new Workspace()))
                .withMessage("residual.shape = [2, 3], expected extent 2 on the last axis");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SCALAR.matrix()
                        .multiplyInto(x, packed, null, Tensor.zeros(4, 2), Nonlinearity.RELU, out, new Workspace()))
                .withMessage("residual.shape = [4, 2], expected 3 rows before the last axis");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SCALAR.matrix()
                        .multiplyInto(x, packed, null, null, Nonlinearity.RELU, Tensor.zeros(3, 4), new Workspace()))
                .withMessage("out.shape = [3, 4], expected extent 2 on the last axis");
    }
}
