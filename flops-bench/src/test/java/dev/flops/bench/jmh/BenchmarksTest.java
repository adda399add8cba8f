package dev.flops.bench.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flops.bench.measure.KernelCase;
import dev.flops.bench.measure.KernelCatalogue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Both sides of each benchmark compute the same, bit for bit, and not nothing. */
final class BenchmarksTest {
    /** All but the products that take the scalar kernels a second each. */
    static Stream<String> kernels() {
        return KernelCatalogue.all().stream()
                .filter(kernel -> kernel.operations() < 1e9)
                .map(KernelCase::name);
    }

    private static KernelState kernels(String simd) {
        KernelState kernels = new KernelState();
        kernels.simd = simd;
        kernels.open();
        return kernels;
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void scalarAndVectorKernelsAgree(String kernel) {
        float[] numbers = run("auto", kernel);
        assertThat(numbers).isEqualTo(run("scalar", kernel));
        assertThat(numbers).satisfies(array -> assertThat(sumOfSizes(array)).isPositive());
    }

    private static float[] run(String simd, String kernel) {
        KernelBenchmark benchmark = new KernelBenchmark();
        benchmark.kernel = kernel;
        benchmark.open(kernels(simd));
        return benchmark.run();
    }

    private static double sumOfSizes(float[] array) {
        double sum = 0;
        for (float value : array) {
            sum += Math.abs(value);
        }
        return sum;
    }

    @Test
    void namesAreDifferent() {
        assertThat(KernelCatalogue.all().stream().map(KernelCase::name))
                .doesNotHaveDuplicates()
                .hasSizeGreaterThan(40);
    }

    @Test
    void thePeakHasTheWidthOfTheKernels() {
        float lane = new FmaPeakBenchmark().chains(kernels("scalar"));
        assertThat(lane).isGreaterThan(55f);
        assertThat(new FmaPeakBenchmark().chains(kernels("128"))).isEqualTo(4 * lane);
    }
}
