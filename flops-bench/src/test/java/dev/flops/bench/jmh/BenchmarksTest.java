package dev.flops.bench.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both sides of each benchmark compute the same, bit for bit, and not nothing. */
final class BenchmarksTest {
    private static KernelState kernels(String simd) {
        KernelState kernels = new KernelState();
        kernels.simd = simd;
        kernels.open();
        return kernels;
    }

    @ParameterizedTest
    @ValueSource(strings = {"qkv", "proj", "fc1", "fc2"})
    void productsAgree(String layer) {
        assertThat(product("auto", layer)).isEqualTo(product("scalar", layer)).doesNotContain(0f);
    }

    private static float[] product(String simd, String layer) {
        KernelState kernels = kernels(simd);
        MatrixProductBenchmark benchmark = new MatrixProductBenchmark();
        benchmark.layer = layer;
        benchmark.open(kernels);
        benchmark.pack(kernels);
        return benchmark.product(kernels);
    }

    @Test
    void layersAgree() {
        List<BiFunction<LayerBenchmark, KernelState, float[]>> all = List.of(
                LayerBenchmark::noise,
                LayerBenchmark::addNoise,
                LayerBenchmark::gelu,
                LayerBenchmark::layerNorm,
                LayerBenchmark::attention);
        for (BiFunction<LayerBenchmark, KernelState, float[]> one : all) {
            assertThat(layer("auto", one)).isEqualTo(layer("scalar", one)).doesNotContain(0f);
        }
    }

    private static float[] layer(String simd, BiFunction<LayerBenchmark, KernelState, float[]> one) {
        KernelState kernels = kernels(simd);
        LayerBenchmark benchmark = new LayerBenchmark();
        benchmark.open(kernels);
        return one.apply(benchmark, kernels);
    }

    @Test
    void thePeakHasTheWidthOfTheKernels() {
        float lane = new FmaPeakBenchmark().chains(kernels("scalar"));
        assertThat(lane).isGreaterThan(55f);
        assertThat(new FmaPeakBenchmark().chains(kernels("128"))).isEqualTo(4 * lane);
    }
}
