package dev.flops.tensor.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every vector width gives the bits of the scalar attention. */
class VectorAttentionKernelsTest {
    private static void requireSameBits(AttentionCase test) {
        NoiseKernels noise = new CountingNoise();
        RowKernels row = new ScalarRowKernels();
        int[] expected = test.bits(new ScalarAttentionKernels(row));
        assertThat(test.bits(new Vector512AttentionKernels(new Vector512MatrixKernels(noise), row)))
                .as("512 %s", test)
                .isEqualTo(expected);
        assertThat(test.bits(new Vector256AttentionKernels(new Vector256MatrixKernels(noise), row)))
                .as("256 %s", test)
                .isEqualTo(expected);
        assertThat(test.bits(new Vector128AttentionKernels(new Vector128MatrixKernels(noise), row)))
                .as("128 %s", test)
                .isEqualTo(expected);
    }

    @Tag("simd")
    @Property(tries = 300)
    void anyShape(
            @ForAll @IntRange(min = 1, max = 3) int samples,
            @ForAll @IntRange(min = 1, max = 70) int tokens,
            @ForAll @IntRange(min = 1, max = 4) int heads,
            @ForAll @IntRange(min = 1, max = 40) int headDim,
            @ForAll @IntRange(max = 3) int offset,
            @ForAll boolean specials,
            @ForAll long seed) {
        requireSameBits(new AttentionCase(samples, tokens, heads, headDim, offset, specials, seed));
    }

    /** The shapes of the models, and sequences of more than one block of query rows. */
    @org.junit.jupiter.api.Tag("simd")
    @ParameterizedTest
    @CsvSource({"16, 17, 3, 16", "2, 50, 4, 16", "1, 197, 12, 64", "1, 100, 1, 3", "1, 520, 2, 24"})
    void modelShapes(int samples, int tokens, int heads, int headDim) {
        requireSameBits(new AttentionCase(samples, tokens, heads, headDim, 1, false, tokens));
    }
}
