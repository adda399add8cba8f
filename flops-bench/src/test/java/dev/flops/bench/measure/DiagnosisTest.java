package dev.flops.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DiagnosisTest {
    @ParameterizedTest
    @CsvSource({"512, 0.60, true", "512, 0.34, false", "128, 0.36, true", "scalar, 0.20, true", "scalar, 0.05, false"})
    void judgesTheShareOfThePeak(String kernels, double share, boolean healthy) {
        Diagnosis diagnosis =
                Diagnosis.of(new KernelMeasurement(kernels, 100, 100 * share, share, List.of(), 1e9, List.of()));
        assertThat(diagnosis.healthy()).isEqualTo(healthy);
        assertThat(diagnosis.message().contains("start again")).isEqualTo(!healthy);
    }

    @Test
    void oneSlowKernelIsNamed() {
        KernelMeasurement.KernelShare good = new KernelMeasurement.KernelShare("gelu", 40, 0.4, 0.3, 0);
        KernelMeasurement.KernelShare bad = new KernelMeasurement.KernelShare("layerNorm", 2, 0.02, 0.1, 0);
        Diagnosis diagnosis =
                Diagnosis.of(new KernelMeasurement("512", 100, 60, 0.6, List.of(), 1e9, List.of(good, bad)));
        assertThat(diagnosis.healthy()).isFalse();
        assertThat(diagnosis.message())
                .contains("layerNorm reaches 2 %, expected at least 10 %", "start again")
                .doesNotContain("gelu");
    }

    @ParameterizedTest
    @CsvSource({"512, 3200", "256, 1600", "128, 800", "scalar, 200"})
    void operationsCountEveryLane(String kernels, double expected) {
        assertThat(FmaPeak.operations(kernels, 10)).isEqualTo(expected);
    }

    @Test
    void chainsOfEveryWidthAgree() {
        // Chain c of a lane starts at c = 1 .. 10 and gains 2^-20 a round: 55 + 10 / 1024 after 1024 rounds.
        float lane = 55 + 10f / 1024;
        assertThat(FmaPeak.run("scalar", 1024)).isEqualTo(lane);
        assertThat(FmaPeak.run("128", 1024)).isEqualTo(4 * lane);
        assertThat(FmaPeak.run("256", 1024)).isEqualTo(8 * lane);
        assertThat(FmaPeak.run("512", 1024)).isEqualTo(16 * lane);
    }
}
