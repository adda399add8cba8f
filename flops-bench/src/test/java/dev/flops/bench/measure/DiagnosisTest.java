package dev.flops.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DiagnosisTest {
    @ParameterizedTest
    @CsvSource({"512, 0.60, true", "512, 0.20, false", "128, 0.25, true", "scalar, 0.20, true", "scalar, 0.05, false"})
    void judgesTheShareOfThePeak(String kernels, double share, boolean healthy) {
        Diagnosis diagnosis = Diagnosis.of(new KernelMeasurement(kernels, 100, 100 * share, share, List.of(), 1e9));
        assertThat(diagnosis.healthy()).isEqualTo(healthy);
        assertThat(diagnosis.message().contains("start again")).isEqualTo(!healthy);
    }

    @ParameterizedTest
    @CsvSource({"512, 3200", "256, 1600", "128, 800", "scalar, 200"})
    void operationsCountEveryLane(String kernels, double expected) {
        assertThat(FmaPeak.operations(kernels, 10)).isEqualTo(expected);
    }

    @Test
    void chainsOfEveryWidthAgree() {
        // Every lane converges to x / (1 - x) = 3; ten chains, and as many lanes as the width has.
        assertThat(FmaPeak.run("scalar", 1000)).isEqualTo(30f);
        assertThat(FmaPeak.run("128", 1000)).isEqualTo(30f * 4);
        assertThat(FmaPeak.run("256", 1000)).isEqualTo(30f * 8);
        assertThat(FmaPeak.run("512", 1000)).isEqualTo(30f * 16);
    }
}
