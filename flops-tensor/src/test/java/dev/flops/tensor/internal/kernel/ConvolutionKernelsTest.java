package dev.flops.tensor.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flops.tensor.spec.SimdWidth;
import dev.flops.tensor.spec.Window;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import org.junit.jupiter.api.Test;

/** Convolutions of any geometry have the bits of patches times weights, on every kernel set. */
class ConvolutionKernelsTest {
    @Provide
    Arbitrary<ConvolutionCase> convolutions() {
        Arbitrary<Window> windows = Combinators.combine(
                        Arbitraries.integers().between(1, 4),
                        Arbitraries.integers().between(1, 4),
                        Arbitraries.integers().between(1, 4),
                        Arbitraries.integers().between(0, 4),
                        Arbitraries.integers().between(1, 3))
                .as(Window::new);
        return Combinators.combine(
                        windows,
                        Arbitraries.integers().between(0, 9),
                        Arbitraries.integers().between(0, 40),
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.integers().between(1, 40),
                        Arbitraries.integers().between(1, 80),
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.longs())
                .as(ConvolutionKernelsTest::fitting);
    }

    /** With an image that the window fits into, and more rows and columns. */
    private static ConvolutionCase fitting(
            Window window, int moreRows, int moreColumns, int before, int channels, int n, int gap, long seed) {
        int height = window.dilation() * (window.kernelHeight() - 1) + 1 - 2 * window.padding() + moreRows;
        int width = window.dilation() * (window.kernelWidth() - 1) + 1 - 2 * window.padding() + moreColumns;
        return new ConvolutionCase(
                window,
                Math.max(1, height),
                Math.max(1, width),
                before,
                channels,
                n,
                gap,
                seed % 2 == 0,
                seed % 3 == 0,
                seed);
    }

    @Property(tries = 300)
    void theSpecificationIsPatchesTimesWeights(@ForAll("convolutions") ConvolutionCase test) {
        requireSameBits(KernelProvider.kernels(SimdWidth.SCALAR), test);
    }

    @Tag("simd")
    @Property(tries = 600)
    void vectorsGiveTheSameBits(@ForAll("convolutions") ConvolutionCase test) {
        for (int bits : new int[] {512, 256, 128}) {
            requireSameBits(VectorKernelSets.ofBits(bits), test);
        }
    }

    /** Chains of 1,152 and more go in blocks. */
    @org.junit.jupiter.api.Tag("simd")
    @Test
    void longChainsGiveTheSameBits() {
        for (int channels : List.of(128, 129, 300)) {
            ConvolutionCase test =
                    new ConvolutionCase(Window.square(3, 1, 1), 3, 19, 1, channels, 70, 2, true, false, channels);
            for (int bits : new int[] {512, 256, 128}) {
                requireSameBits(VectorKernelSets.ofBits(bits), test);
            }
        }
    }

    private static void requireSameBits(Kernels kernels, ConvolutionCase test) {
        assertThat(MatrixCase.bits(test.run(kernels)))
                .as("%s for %s", kernels.name(), test)
                .isEqualTo(MatrixCase.bits(test.byPatches()));
    }
}
