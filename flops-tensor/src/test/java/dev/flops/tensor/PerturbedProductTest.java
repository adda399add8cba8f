package dev.flops.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.flops.api.Distribution;
import dev.flops.api.NoiseAddress;
import dev.flops.api.RandomKey;
import dev.flops.tensor.spec.SimdWidth;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;

/** A product that perturbs its weights while it packs them: the bits of the product with W + σ ε in memory. */
@Tag("simd")
class PerturbedProductTest {
    private static final float SIGMA = 0.3f;
    private static final TensorOps SCALAR = TensorOps.of(SimdWidth.SCALAR);

    /** What varies. First: element of ε that belongs to W's first; gap: where the tensors begin in their arrays. */
    private record Case(int rows, int n, int k, long first, int gap, Distribution distribution, long seed) {
        Tensor numbers(int sample, int... extents) {
            Shape shape = Shape.of(extents);
            Tensor tensor = Tensor.view(shape, new float[gap + shape.elements()], gap);
            SCALAR.noise().noiseInto(Distribution.GAUSSIAN, address(100 + sample), tensor);
            return tensor;
        }

        NoiseAddress address(int sample) {
            return new NoiseAddress(RandomKey.ofSeed(seed), 1, sample);
        }

        /** X (W + σ ε)ᵀ + bias by way of W + σ ε and its whole packed form; variants below one another. */
        float[] stored(TensorOps ops, float sigma, int sample, long from) {
            Tensor w = numbers(2, n, k);
            Tensor x = numbers(1, 2 * rows, k);
            Tensor bias = numbers(3, 2, n);
            Tensor out = Tensor.zeros(2 * rows, n);
            for (int v = 0; v < 2; v++) {
                float[] moved = new float[n * k];
                float scale = v == 0 ? sigma : -sigma;
                ops.noise()
                        .addNoisePieceInto(distribution, address(sample), from, n * k, scale, w.array(), gap, moved, 0);
                PackedMatrix packed = ops.matrix().newPacked(k, n);
                ops.matrix().packTransposedInto(Tensor.of(moved, n, k), packed);
                ops.matrix()
                        .multiplyInto(
                                x.slice(v * rows, (v + 1) * rows),
                                packed,
                                bias.slice(v, v + 1),
                                out.slice(v * rows, (v + 1) * rows),
                                new Workspace());
            }
            return out.array();
        }

        float[] pair(TensorOps ops) {
            Tensor out = Tensor.zeros(2 * rows, n);
            Perturbation perturbation = new Perturbation(distribution, address(0), SIGMA, true);
            ops.matrix()
                    .multiplyTransposedPerturbedInto(
                            numbers(1, 2 * rows, k),
                            numbers(2, n, k),
                            perturbation,
                            first,
                            numbers(3, 2, n),
                            out,
                            new Workspace());
            return out.array();
        }

        /** One member of a pair, as a product of its own. */
        float[] single(TensorOps ops, int v) {
            Tensor out = Tensor.zeros(rows, n);
            Perturbation perturbation = new Perturbation(distribution, address(0), v == 0 ? SIGMA : -SIGMA, false);
            ops.matrix()
                    .multiplyTransposedPerturbedInto(
                            numbers(1, 2 * rows, k).slice(v * rows, (v + 1) * rows),
                            numbers(2, n, k),
                            perturbation,
                            first,
                            numbers(3, 2, n).slice(v, v + 1),
                            out,
                            new Workspace());
            return out.array();
        }
    }

    private static void requireStoredBits(Case test) {
        float[] expected = test.stored(SCALAR, SIGMA, 0, test.first());
        int half = expected.length / 2;
        for (SimdWidth width : SimdWidth.values()) {
            TensorOps ops = TensorOps.of(width);
            assertThat(test.pair(ops)).as("%s, %s", width, test).isEqualTo(expected);
            float[] own = new float[expected.length];
            System.arraycopy(test.single(ops, 0), 0, own, 0, half);
            System.arraycopy(test.single(ops, 1), 0, own, half, half);
            assertThat(own).as("one by one, %s, %s", width, test).isEqualTo(expected);
        }
    }

    @Property(tries = 60)
    void theBitsOfTheStoredPoint(
            @ForAll @IntRange(min = 1, max = 20) int rows,
            @ForAll @IntRange(min = 1, max = 90) int n,
            @ForAll @IntRange(min = 1, max = 140) int k,
            @ForAll @IntRange(max = 70) int first,
            @ForAll @IntRange(max = 3) int gap,
            @ForAll Distribution distribution,
            @ForAll long seed) {
        requireStoredBits(new Case(rows, n, k, first, gap, distribution, seed));
    }

    /** Around the extents of a block: 256 rows of W, 384 along the chain. */
    @Example
    void blocksDoNotShow() {
        int[][] shapes = {{255, 383}, {256, 384}, {257, 385}, {513, 769}, {3, 1153}, {700, 5}};
        for (int[] shape : shapes) {
            requireStoredBits(new Case(3, shape[0], shape[1], (1L << 33) + 5, 1, Distribution.GAUSSIAN, shape[1]));
        }
    }

    @Example
    void withoutPerturbationTheWholeProduct() {
        for (SimdWidth width : SimdWidth.values()) {
            TensorOps ops = TensorOps.of(width);
            Case test = new Case(5, 261, 389, 0, 2, Distribution.GAUSSIAN, 7);
            Tensor out = Tensor.zeros(10, 261);
            Tensor bias = test.numbers(3, 261);
            ops.matrix()
                    .multiplyTransposedInto(
                            test.numbers(1, 10, 389), test.numbers(2, 261, 389), bias, out, new Workspace());
            PackedMatrix packed = ops.matrix().newPacked(389, 261);
            ops.matrix().packTransposedInto(test.numbers(2, 261, 389), packed);
            Tensor expected = Tensor.zeros(10, 261);
            ops.matrix().multiplyInto(test.numbers(1, 10, 389), packed, bias, expected, new Workspace());
            assertThat(out.array()).isEqualTo(expected.array());
        }
    }

    /** A wrong sign, another key's noise, and noise that begins one element late give other bits. */
    @Example
    void wrongNoiseIsRejected() {
        for (Distribution distribution : Distribution.values()) {
            Case test = new Case(2, 33, 50, 9, 0, distribution, 3);
            float[] right = test.pair(SCALAR);
            assertThat(right).isEqualTo(test.stored(SCALAR, SIGMA, 0, 9));
            assertThat(right).isNotEqualTo(test.stored(SCALAR, -SIGMA, 0, 9));
            assertThat(right).isNotEqualTo(test.stored(SCALAR, SIGMA, 1, 9));
            assertThat(right).isNotEqualTo(test.stored(SCALAR, SIGMA, 0, 10));
        }
    }

    /** What a product keeps is a block, whatever the size of W. */
    @Example
    void memoryDoesNotGrowWithTheWeights() {
        Workspace workspace = new Workspace();
        Case test = new Case(1, 1500, 1600, 0, 0, Distribution.GAUSSIAN, 1);
        Perturbation perturbation = new Perturbation(Distribution.GAUSSIAN, test.address(0), SIGMA, true);
        SCALAR.matrix()
                .multiplyTransposedPerturbedInto(
                        test.numbers(1, 2, 1600),
                        test.numbers(2, 1500, 1600),
                        perturbation,
                        0,
                        null,
                        Tensor.zeros(2, 1500),
                        workspace);
        assertThat(workspace.bytes()).isPositive().isLessThan(1500L * 1600 * Float.BYTES / 10);
    }

    /**
     * The thin product against double precision: |error| ≤ 1.01 (K + r + 3) u (|out| + |scale| Σ_s Σ_p |x_p b_ps a_js|), the
     * chains of Higham 2002, section 3.1, one inside the other; and its bits at every width.
     */
    @Property(tries = 60)
    void lowRankProduct(
            @ForAll @IntRange(min = 1, max = 9) int rows,
            @ForAll @IntRange(min = 1, max = 40) int n,
            @ForAll @IntRange(min = 1, max = 60) int k,
            @ForAll @IntRange(min = 1, max = 5) int rank,
            @ForAll long seed) {
        Case test = new Case(rows, n, k, 0, 1, Distribution.GAUSSIAN, seed);
        float[] x = test.numbers(1, rows, k).toArray();
        float[] a = test.numbers(2, n, rank).toArray();
        float[] b = test.numbers(3, k, rank).toArray();
        float[] start = test.numbers(4, rows, n).toArray();
        float[] found = lowRank(test, SCALAR, rank);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < n; j++) {
                double exact = start[i * n + j];
                double magnitude = Math.abs(exact);
                for (int s = 0; s < rank; s++) {
                    for (int p = 0; p < k; p++) {
                        double term = (double) SIGMA * x[i * k + p] * b[p * rank + s] * a[j * rank + s];
                        exact += term;
                        magnitude += Math.abs(term);
                    }
                }
                double bound = 1.01 * (k + rank + 3) * 0x1p-24 * magnitude;
                assertThat(Math.abs(found[i * n + j] - exact)).isLessThanOrEqualTo(bound);
            }
        }
        for (SimdWidth width : SimdWidth.values()) {
            assertThat(lowRank(test, TensorOps.of(width), rank)).as("%s", width).isEqualTo(found);
        }
    }

    private static float[] lowRank(Case test, TensorOps ops, int rank) {
        Tensor out = test.numbers(4, test.rows(), test.n());
        ops.matrix()
                .addLowRankProductInPlace(
                        test.numbers(1, test.rows(), test.k()),
                        test.numbers(2, test.n(), rank),
                        test.numbers(3, test.k(), rank),
                        SIGMA,
                        out,
                        new Workspace());
        return out.toArray();
    }

    @Example
    void wrongArgumentsAreRefused() {
        Perturbation pair =
                new Perturbation(Distribution.GAUSSIAN, new NoiseAddress(RandomKey.ofSeed(1), 0, 0), SIGMA, true);
        Tensor w = Tensor.zeros(2, 4);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SCALAR.matrix()
                        .multiplyTransposedPerturbedInto(
                                Tensor.zeros(3, 4), w, pair, 0, null, Tensor.zeros(3, 2), new Workspace()))
                .withMessage("x.shape = [3, 4], expected a multiple of 2 rows before the last axis");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SCALAR.matrix()
                        .multiplyTransposedPerturbedInto(
                                Tensor.zeros(2, 4), w, pair, -1, null, Tensor.zeros(2, 2), new Workspace()))
                .withMessage("first = -1, expected >= 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SCALAR.matrix()
                        .multiplyTransposedInto(Tensor.zeros(2, 3), w, null, Tensor.zeros(2, 2), new Workspace()))
                .withMessageContaining("x.shape = [2, 3], expected extent 4");
    }
}
