package dev.flops.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;

final class DoctorCommandTest {
    @Test
    void jsonSaysWhatWasChosenAndWhatItReaches() throws IOException {
        Program program = Program.run("doctor", "--json");
        assertThat(program.exitCode()).isZero();
        JsonNode report = JsonMapper.builder()
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build()
                .readTree(program.out());
        assertThat(report.get("vectorModule").booleanValue()).isTrue();
        assertThat(report.get("simd").intValue()).isIn(512, 256, 128);
        assertThat(report.get("threads").intValue()).isPositive();
        assertThat(report.get("machineBytes").longValue()).isPositive();
        assertThat(report.at("/provenance/jdk").textValue()).isNotBlank();
        assertThat(report.at("/measured/fmaPeakGigaflops").doubleValue()).isPositive();
        assertThat(report.at("/measured/matrixShareOfPeak").doubleValue()).isBetween(0.0, 1.5);
        assertThat(report.at("/measured/products")).hasSize(4);
        assertThat(report.at("/measured/shares")).hasSize(8).allSatisfy(share -> {
            assertThat(share.get("name").textValue()).isNotBlank();
            assertThat(share.get("shareOfPeak").doubleValue()).isBetween(0.0, 1.5);
            assertThat(share.get("expectedShare").doubleValue()).isPositive();
            // A vector that is an object has 80 bytes, and a call has thousands of them.
            assertThat(share.get("bytes").doubleValue()).isLessThan(1_000);
        });
        assertThat(report.at("/measured/normalsPerSecond").doubleValue()).isPositive();
        assertThat(report.at("/diagnosis/message").textValue()).contains("% of the peak");
    }

    @Test
    void scalarKernelsAreMeasuredWhenAskedFor() {
        Program program = Program.run("doctor", "--simd=scalar");
        assertThat(program.exitCode()).isZero();
        assertThat(program.out())
                .contains("scalar kernels: --simd asked for them", "FMA peak", "gelu-197x768", "noise");
        assertThat(program.err()).isEmpty();
    }
}
