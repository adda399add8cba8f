package dev.flops.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VarianceCommandTest {
    @TempDir
    private Path folder;

    @Test
    void everyAllocatorIsMeasuredAtEveryShare() throws IOException {
        Path out = folder.resolve("out");
        Program program = Program.run(
                "variance",
                "--task=digits",
                "--steps=4",
                "--batch=8",
                "--at=0,100",
                "--allocators=neyman-loss",
                "--samples=4",
                "--batches=2",
                "--repeats=3",
                "--budgets=1,2",
                "--json",
                "--out=" + out);
        assertThat(program.exitCode()).as(program.err()).isZero();
        JsonNode result = JsonMapper.builder().build().readTree(program.out());
        assertThat(result)
                .isEqualTo(JsonMapper.builder()
                        .build()
                        .readTree(out.resolve("results.json").toFile()));
        assertThat(result.at("/shares/0/step").intValue()).isZero();
        assertThat(result.at("/shares/1/step").intValue()).isEqualTo(4);
        JsonNode share = result.at("/shares/1");
        assertThat(share.get("arms").findValuesAsText("allocator")).containsExactly("equal", "neyman-loss", "oracle");
        assertThat(share.at("/arms/0/varianceRatio/mean").doubleValue()).isEqualTo(1);
        double optimum = share.at("/integerOptimum/mean").doubleValue();
        assertThat(share.at("/arms/2/predictedRatio/mean").doubleValue()).isEqualTo(optimum);
        assertThat(share.at("/arms/1/predictedRatio/mean").doubleValue()).isGreaterThanOrEqualTo(optimum);
        assertThat(share.at("/continuousOptimum/mean").doubleValue()).isBetween(0.0, optimum);
        // 8 (1 + 10 n) queries.
        assertThat(share.at("/cosines/0/queries").intValue()).isEqualTo(88);
        assertThat(share.at("/cosines/1/queries").intValue()).isEqualTo(168);
        assertThat(share.get("allocations")).hasSize(8);
        double samples = 0;
        for (JsonNode row : share.get("allocations")) {
            samples += row.at("/samples/neyman-loss").doubleValue();
        }
        assertThat(samples).isEqualTo(32);
        assertThat(Files.readString(out.resolve("report.html")))
                .contains("./flops variance --")
                .doesNotContain("variance variance")
                .contains("--allocators=neyman-loss");
    }

    @Test
    void whatCannotBeMeasuredIsWrongUsage() {
        Program shared = Program.run(
                "variance", "--task=digits", "--estimator=mezo", "--out=" + folder.resolve("a"), "--steps=2");
        assertThat(shared.exitCode()).isEqualTo(2);
        assertThat(shared.err()).contains("expected one with independent samples");
        Program pilot = Program.run("variance", "--allocators=neyman-pilot", "--out=" + folder.resolve("b"));
        assertThat(pilot.exitCode()).isEqualTo(2);
        assertThat(pilot.err()).contains("allocators of examples without a pilot");
    }
}
