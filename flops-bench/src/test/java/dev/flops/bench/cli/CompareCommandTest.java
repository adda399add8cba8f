package dev.flops.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareCommandTest {
    @TempDir
    private Path folder;

    @Test
    void everyArmSpendsTheSameBudgetWithEverySeed() throws IOException {
        Path out = folder.resolve("out");
        Program program = Program.run(
                "compare",
                "--arms=equal:2,gaussian:auto,equal:1",
                "--queries=4100",
                "--seeds=2",
                "--lr=0.001,0.01",
                "--points=2",
                "--held-out=50",
                "--json",
                "--out=" + out);
        assertThat(program.exitCode()).as(program.err()).isZero();
        JsonNode result = JsonMapper.builder().build().readTree(program.out());
        assertThat(result)
                .isEqualTo(JsonMapper.builder()
                        .build()
                        .readTree(out.resolve("results.json").toFile()));
        assertThat(result.get("search")).hasSize(3 * 2);
        assertThat(result.get("runs")).hasSize(3 * 2);
        long spent = 0;
        for (JsonNode run : result.get("search")) {
            spent += run.get("queries").longValue();
            assertThat(run.get("seed").longValue()).isGreaterThanOrEqualTo(1_000_000);
        }
        assertThat(result.get("searchQueries").longValue()).isEqualTo(spent);
        List<Integer> steps = new ArrayList<>();
        for (JsonNode run : result.get("runs")) {
            steps.add(run.get("steps").intValue());
            assertThat(run.get("queries").longValue()).isBetween(4100L - 1344, 4100L);
            assertThat(run.get("curve")).isNotEmpty();
        }
        // 64 (1 + 10 · 2) queries a step, and 64 (1 + 10).
        assertThat(steps.subList(0, 1)).containsExactly(3);
        assertThat(steps.get(2)).isEqualTo(5);
        assertThat(steps.get(1)).isBetween(1, 5);
        assertThat(result.at("/arms/0/differenceToFirst").isNull()).isTrue();
        assertThat(result.at("/arms/1/differenceToFirst/low").doubleValue())
                .isLessThanOrEqualTo(result.at("/arms/1/differenceToFirst/high").doubleValue());
        assertThat(result.get("closeUps")).hasSize(3);
        for (JsonNode closeUp : result.get("closeUps")) {
            assertThat(closeUp.get("seed").longValue()).isEqualTo(1);
            JsonNode allocations = closeUp.at("/closeUp/allocations");
            assertThat(allocations).hasSize(64);
            double samples = 0;
            for (JsonNode example : allocations) {
                samples += example.get("samples").doubleValue();
            }
            assertThat(samples).isEqualTo(closeUp.get("arm").textValue().equals("equal:1") ? 64 : 128);
            JsonNode cosines = closeUp.at("/closeUp/cosines");
            assertThat(cosines).hasSize(5);
            assertThat(cosines.get(4).get("cosine").doubleValue())
                    .isGreaterThan(cosines.get(0).get("cosine").doubleValue());
            assertThat(cosines.get(1).get("queries").longValue()).isEqualTo(1344);
        }
        assertThat(Files.readString(out.resolve("report.html")))
                .contains("--arms=equal:2,gaussian:auto,equal:1")
                .contains("Accuracy against queries")
                .contains("Accuracy against computation")
                .contains("Accuracy against time")
                .contains("Variance against equal allocation")
                .contains("Allocation against difficulty")
                .contains("Cosine with the true gradient against the budget")
                .contains("What the allocators learned: w");
    }

    @Test
    void anImpossibleComparisonIsWrongUsage() {
        Program rule = Program.run("compare", "--arms=equal:often", "--out=" + folder.resolve("c"));
        assertThat(rule.exitCode()).isEqualTo(2);
        assertThat(rule.err()).contains("expected a whole number, auto or auto-flops after the colon");
        assertThat(Program.run("compare", "--arms=equal:2,equal:2", "--out=" + folder.resolve("a"))
                        .exitCode())
                .isEqualTo(2);
        Program poor = Program.run("compare", "--queries=100", "--out=" + folder.resolve("b"));
        assertThat(poor.exitCode()).isEqualTo(2);
        assertThat(poor.err()).contains("queries = 100, expected >= 1344");
    }
}
