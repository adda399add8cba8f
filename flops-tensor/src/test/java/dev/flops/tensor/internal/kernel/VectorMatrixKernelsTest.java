package dev.flops.tensor.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;

/** Every vector width gives the bits of the scalar products. */
@Tag("simd")
class VectorMatrixKernelsTest {
    private static final int[] COLUMNS = {
        1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 48, 49, 64, 65, 80, 81, 97, 128, 131
    };
    private static final int[] DEPTHS = {0, 1, 2, 3, 16, 17};

    private final MatrixKernels scalar = new ScalarMatrixKernels(new CountingNoise());

    private void requireSameBits(MatrixCase test) {
        int[] expected = test.bits(scalar);
        assertThat(test.bits(new Vector512MatrixKernels(new CountingNoise())))
                .as("512 %s", test)
                .isEqualTo(expected);
        assertThat(test.bits(new Vector256MatrixKernels(new CountingNoise())))
                .as("256 %s", test)
                .isEqualTo(expected);
        assertThat(test.bits(new Vector128MatrixKernels(new CountingNoise())))
                .as("128 %s", test)
                .isEqualTo(expected);
    }

    @Property(tries = 5)
    void everyTileAndPanel(@ForAll long seed) {
        for (int m = 1; m <= 13; m++) {
            for (int n : COLUMNS) {
                for (int k : DEPTHS) {
                    requireSameBits(MatrixCase.random(m, n, k, seed + 10_000 * m + 100 * n + k));
                }
            }
        }
    }

    @Property(tries = 500)
    void anyShape(
            @ForAll @IntRange(min = 1, max = 60) int m,
            @ForAll @IntRange(min = 1, max = 200) int n,
            @ForAll @IntRange(max = 150) int k,
            @ForAll long seed) {
        requireSameBits(MatrixCase.random(m, n, k, seed));
    }

    /** Around the sizes of the blocks of rows (240) and of the chain (384), and primes. */
    @Property(tries = 150)
    void blocks(
            @ForAll("rowsAroundBlocks") int m,
            @ForAll @IntRange(min = 1, max = 50) int n,
            @ForAll("depthsAroundBlocks") int k,
            @ForAll long seed) {
        requireSameBits(MatrixCase.random(m, n, k, seed));
    }

    @Provide
    Arbitrary<Integer> rowsAroundBlocks() {
        return Arbitraries.of(1, 6, 7, 127, 239, 240, 241, 272, 480, 481);
    }

    @Provide
    Arbitrary<Integer> depthsAroundBlocks() {
        return Arbitraries.of(64, 65, 127, 128, 129, 383, 384, 385, 768, 769, 1153);
    }
}
