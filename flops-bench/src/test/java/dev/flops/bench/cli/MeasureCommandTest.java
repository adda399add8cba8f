package dev.flops.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.flops.bench.measure.SeedReplayMeasurement;
import dev.flops.models.vision.VisionTransformerConfig;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.spec.SimdWidth;
import java.io.IOException;
import org.junit.jupiter.api.Test;

final class MeasureCommandTest {
    /** The further back a site lies, the fewer operations are behind it; one line for each, below a header. */
    @Test
    void theSuffixShrinksFromSiteToSite() throws IOException {
        Program program = Program.run("measure", "--json");
        assertThat(program.exitCode()).isZero();
        JsonNode rows = JsonMapper.builder().build().readTree(program.out());
        assertThat(rows).hasSize(16);
        assertThat(rows.get(0).get("site").textValue()).isEqualTo("patch_embed.proj");
        double before = Double.POSITIVE_INFINITY;
        for (JsonNode row : rows) {
            assertThat(row.get("flops").doubleValue()).isLessThan(before);
            assertThat(row.get("flopsOfWhole").doubleValue()).isBetween(0.0, 1.0);
            assertThat(row.get("seconds").doubleValue()).isPositive();
            before = row.get("flops").doubleValue();
        }
    }

    @Test
    void seedReplayHoldsOneCopyOfTheParameters() {
        var config = new VisionTransformerConfig(28, 1, 7, 192, 4, 3, 768, 10);
        var measured = SeedReplayMeasurement.of(TensorOps.of(SimdWidth.AUTO), config, 1, 1);
        assertThat(measured.parameterBytes()).isEqualTo(4L * measured.parameters());
        assertThat(measured.peakBytes())
                .isGreaterThan(measured.parameterBytes())
                .isLessThan(measured.parameterBytes() * 3 / 2);
        assertThat(measured.perturbedToClean()).isPositive();
        assertThat(measured.pairToTwoClean()).isPositive();
    }

    @Test
    void countsBelowOneAreWrongUsage() {
        Program program = Program.run("measure", "--seed-replay", "--rounds=0");
        assertThat(program.exitCode()).isEqualTo(2);
        assertThat(program.err()).contains("--rounds = 0, expected >= 1");
    }
}
