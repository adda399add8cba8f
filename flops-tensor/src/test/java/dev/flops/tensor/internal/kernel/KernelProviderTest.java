package dev.flops.tensor.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.flops.tensor.spec.SimdWidth;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The kernels that run are those asked for; nothing falls back in silence. */
class KernelProviderTest {
    @Test
    void scalarRunsEverywhere() {
        assertThat(KernelProvider.kernels(SimdWidth.SCALAR).name()).isEqualTo("scalar");
    }

    /** Fails, rather than being skipped, in a test run that lost its vector module. */
    @Tag("simd")
    @Test
    void autoTakesTheMachinesVectors() {
        assertThat(KernelProvider.isVectorModulePresent()).isTrue();
        int preferred = FloatVector.SPECIES_PREFERRED.vectorBitSize();
        assertThat(preferred).isGreaterThanOrEqualTo(128);
        Kernels kernels = KernelProvider.kernels(SimdWidth.AUTO);
        assertThat(kernels.name()).isEqualTo(String.valueOf(Math.min(512, Integer.highestOneBit(preferred))));
        assertThat(kernels.row().getClass().getSimpleName()).isEqualTo("Vector" + kernels.name() + "RowKernels");
    }

    @Tag("simd")
    @ParameterizedTest
    @EnumSource(names = {"W512", "W256", "W128"})
    void anExplicitWidthIsTakenOrRefused(SimdWidth width) {
        int bits = Integer.parseInt(width.toString());
        int preferred = FloatVector.SPECIES_PREFERRED.vectorBitSize();
        if (bits <= preferred) {
            Kernels kernels = KernelProvider.kernels(width);
            assertThat(kernels.name()).isEqualTo(width.toString());
            for (Object part : new Object[] {
                kernels.matrix(), kernels.attention(), kernels.elementwise(), kernels.row(), kernels.noise()
            }) {
                assertThat(part.getClass().getSimpleName()).startsWith("Vector" + width);
            }
        } else {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> KernelProvider.kernels(width))
                    .withMessage("simd = " + width + ", expected at most " + preferred
                            + ", the bits of a vector on this machine");
        }
    }

    /** Which half runs depends on the JVM's modules; the build runs the suite with and without them. */
    @Test
    void withoutTheModuleAnExplicitWidthIsRefused() {
        if (KernelProvider.isVectorModulePresent()) {
            assertThat(KernelProvider.kernels(SimdWidth.AUTO).name()).isNotEqualTo("scalar");
        } else {
            assertThat(KernelProvider.kernels(SimdWidth.AUTO).name()).isEqualTo("scalar");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> KernelProvider.kernels(SimdWidth.W256))
                    .withMessage("simd = 256, expected auto or scalar in a JVM without module jdk.incubator.vector;"
                            + " start it with --add-modules jdk.incubator.vector");
        }
    }
}
