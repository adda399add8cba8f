package dev.flops.alloc.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.flops.alloc.direction.CoordinateDirections;
import dev.flops.alloc.direction.Directions;
import dev.flops.alloc.direction.GaussianDirections;
import dev.flops.alloc.direction.HadamardDirections;
import dev.flops.alloc.direction.LowRankDirections;
import dev.flops.alloc.direction.OrthonormalDirections;
import dev.flops.alloc.direction.RademacherDirections;
import dev.flops.alloc.direction.RandomCoordinateDirections;
import dev.flops.alloc.direction.SobolDirections;
import dev.flops.alloc.direction.SphereDirections;
import dev.flops.api.NoiseAddress;
import dev.flops.api.Parameters;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.spec.SimdWidth;
import dev.flops.verify.support.TestSeeds;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Directions as such: lengths, Gram matrices, addresses, the same bits at every vector width. */
class DirectionsTest {
    static Stream<Directions> all() {
        return Stream.of(
                new GaussianDirections(),
                new RademacherDirections(),
                new SphereDirections(),
                CoordinateDirections.all(),
                new CoordinateDirections(List.of(1, 4)),
                new RandomCoordinateDirections(3),
                new OrthonormalDirections(5),
                new HadamardDirections(8),
                new SobolDirections(4),
                new LowRankDirections(2));
    }

    /** A matrix of half the dimension, a vector, and a matrix of four axes. */
    private static Parameters blocks(int dimension) {
        if (dimension < 24) {
            return Parameters.ofVector(new float[dimension]);
        }
        Parameters.Builder builder = Parameters.builder();
        builder.add("matrix", 4, dimension / 8);
        builder.add("kernel", 2, 1, 2, 2);
        builder.add("vector", dimension - dimension / 8 * 4 - 8);
        return builder.build();
    }

    /** The directions of one sample, one row each. */
    private static float[][] set(Directions directions, int dimension, int sample, SimdWidth width) {
        var source = directions.source(TensorOps.of(width), blocks(dimension));
        NoiseAddress address = new NoiseAddress(TestSeeds.key("directions"), 0, sample);
        float[][] rows = new float[directions.perSample(dimension)][];
        for (int k = 0; k < rows.length; k++) {
            Tensor zero = Tensor.zeros(1, dimension);
            source.addInto(address, k, 1, zero, 0, zero, 0);
            rows[k] = zero.array();
        }
        return rows;
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int p = 0; p < a.length; p++) {
            sum += (double) a[p] * b[p];
        }
        return sum;
    }

    @ParameterizedTest
    @MethodSource("all")
    void bitsAreTheSameAtEveryWidth(Directions directions) {
        for (SimdWidth width : SimdWidth.values()) {
            for (int sample = 0; sample < 3; sample++) {
                assertThat(set(directions, 40, sample, width))
                        .isDeepEqualTo(set(directions, 40, sample, SimdWidth.SCALAR));
            }
        }
    }

    /** In any order, interleaved with other samples: what a source keeps is a cache. */
    @ParameterizedTest
    @MethodSource("all")
    void aDirectionIsAFunctionOfItsAddress(Directions directions) {
        int d = 24;
        List<float[][]> expected = new ArrayList<>();
        for (int sample = 0; sample < 3; sample++) {
            expected.add(set(directions, d, sample, SimdWidth.AUTO));
        }
        var source = directions.source(ParameterProblems.OPS, blocks(d));
        float[] start = new float[2 * d];
        for (int p = 0; p < start.length; p++) {
            start[p] = p * 0.125f - 1;
        }
        for (int visit : new int[] {2, 0, 2, 1, 1, 0}) {
            NoiseAddress address = new NoiseAddress(TestSeeds.key("directions"), 0, visit);
            for (int k = directions.perSample(d) - 1; k >= 0; k--) {
                Tensor x = Tensor.of(start.clone(), 2, d);
                Tensor out = Tensor.zeros(3, d);
                source.addInto(address, k, -0.5f, x, 1, out, 2);
                for (int p = 0; p < d; p++) {
                    float epsilon = expected.get(visit)[k][p];
                    assertThat(out.array()[2 * d + p]).isEqualTo(Math.fma(-0.5f, epsilon, start[d + p]));
                    assertThat(out.array()[p]).isZero();
                }
            }
        }
    }

    @Test
    void sphereDirectionsHaveTheLengthOfTheirSphere() {
        for (int d : new int[] {1, 2, 3, 10, 100, 1001}) {
            float[] epsilon = set(new SphereDirections(), d, 7, SimdWidth.AUTO)[0];
            assertThat(dot(epsilon, epsilon)).isCloseTo(d, within(1e-6 * d));
        }
    }

    @Test
    void inOneDimensionTheSphereIsTwoPoints() {
        int plus = 0;
        for (int sample = 0; sample < 100; sample++) {
            float epsilon = set(new SphereDirections(), 1, sample, SimdWidth.AUTO)[0][0];
            assertThat(Math.abs(epsilon)).isEqualTo(1);
            plus += epsilon > 0 ? 1 : 0;
        }
        assertThat(plus).isBetween(20, 80);
    }

    @Test
    void setsAreOrthogonalWithLengthsOfTheRootOfTheDimension() {
        checkGram(new OrthonormalDirections(1), 1);
        checkGram(new OrthonormalDirections(3), 7);
        checkGram(new OrthonormalDirections(7), 7);
        checkGram(new OrthonormalDirections(64), 64);
        checkGram(new OrthonormalDirections(10), 1000);
        checkGram(new HadamardDirections(1), 5);
        checkGram(new HadamardDirections(2), 6);
        checkGram(new HadamardDirections(3), 12);
        checkGram(new HadamardDirections(64), 64);
    }

    private static void checkGram(Directions directions, int d) {
        float[][] set = set(directions, d, 3, SimdWidth.AUTO);
        assertThat(set.length).isEqualTo(directions.perSample(d));
        for (int k = 0; k < set.length; k++) {
            for (int l = 0; l <= k; l++) {
                assertThat(dot(set[k], set[l])).isCloseTo(k == l ? d : 0, within(1e-6 * d));
            }
        }
    }

    /** Mutant: directions that are merely independent have no such Gram matrix. */
    @Test
    void independentDirectionsAreNotOrthogonal() {
        float[] first = set(new SphereDirections(), 7, 3, SimdWidth.AUTO)[0];
        float[] second = set(new SphereDirections(), 7, 4, SimdWidth.AUTO)[0];
        assertThat(Math.abs(dot(first, second))).isGreaterThan(1e-2);
    }

    /** Every 2 × 2 minor of a matrix of rank 1 is 0, every 3 × 3 one of rank 2; a vector has no rank. */
    @Test
    void matricesHaveTheRank() {
        Parameters.Builder builder = Parameters.builder();
        builder.add("bias", 2);
        builder.add("matrix", 3, 4);
        Parameters parameters = builder.build();
        for (int rank = 1; rank <= 3; rank++) {
            Tensor zero = Tensor.zeros(1, 14);
            new LowRankDirections(rank)
                    .source(ParameterProblems.OPS, parameters)
                    .addInto(new NoiseAddress(TestSeeds.key("rank"), 0, 0), 0, 1, zero, 0, zero, 0);
            float[] e = java.util.Arrays.copyOfRange(zero.array(), 2, 14);
            double minor = (double) e[0] * e[5] - (double) e[1] * e[4];
            double determinant = e[0] * ((double) e[5] * e[10] - (double) e[6] * e[9])
                    - e[1] * ((double) e[4] * e[10] - (double) e[6] * e[8])
                    + e[2] * ((double) e[4] * e[9] - (double) e[5] * e[8]);
            assertThat(Math.abs(minor) < 1e-5).isEqualTo(rank == 1);
            assertThat(Math.abs(determinant) < 1e-5).isEqualTo(rank <= 2);
            assertThat(zero.array()[0]).isNotZero();
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LowRankDirections(0))
                .withMessage("rank = 0, expected >= 1");
    }

    @Test
    void impossibleSetsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new OrthonormalDirections(0))
                .withMessage("size = 0, expected 1 <= size <= 4096");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new OrthonormalDirections(5).perSample(4))
                .withMessage("size = 5 orthonormal directions, expected <= 4, the dimension");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HadamardDirections(0))
                .withMessage("size = 0, expected >= 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HadamardDirections(3).perSample(6))
                .withMessageContaining("size = 3 Hadamard directions in 6 dimensions, expected <= 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CoordinateDirections(List.of(2, 2)))
                .withMessageContaining("coordinates[1] = 2, expected >= 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CoordinateDirections(List.of(-1)))
                .withMessageContaining("coordinates[0] = -1, expected >= 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CoordinateDirections(List.of(0, 9)).perSample(9))
                .withMessage("coordinates contain 9, expected < 9");
    }
}
