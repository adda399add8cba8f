package dev.flops.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FinetuneCommandTest {
    @TempDir
    private Path folder;

    private Program finetune(Path out, String... more) {
        String[] arguments = {
            "finetune",
            "--train=head,matrices",
            "--queries=4100",
            "--seeds=2",
            "--json",
            "--out=" + out,
            more[0],
            more[1]
        };
        return Program.run(arguments);
    }

    @Test
    void bothMethodsTrainTheSameParts() throws IOException {
        Path out = folder.resolve("out");
        Program program = finetune(out, "--epochs=2", "--lr=1e-3,3e-3");
        assertThat(program.exitCode()).as(program.err()).isZero();
        JsonNode result = JsonMapper.builder().build().readTree(program.out());
        assertThat(result)
                .isEqualTo(JsonMapper.builder()
                        .build()
                        .readTree(out.resolve("results.json").toFile()));
        JsonNode rows = result.get("rows");
        assertThat(rows.findValuesAsText("method"))
                .containsExactly("none", "backpropagation", "forward", "backpropagation", "forward");
        assertThat(rows.findValuesAsText("part")).containsExactly("none", "head", "head", "matrices", "matrices");
        for (int part = 1; part < rows.size(); part += 2) {
            JsonNode exact = rows.get(part);
            JsonNode forward = rows.get(part + 1);
            assertThat(forward.get("trained").intValue())
                    .isEqualTo(exact.get("trained").intValue());
            assertThat(forward.get("share").doubleValue())
                    .isCloseTo(
                            forward.at("/testAccuracy/mean").doubleValue()
                                    / exact.at("/testAccuracy/mean").doubleValue(),
                            within(1e-12));
            assertThat(forward.get("queries").longValue()).isLessThanOrEqualTo(4100);
        }
        // Two epochs of exact gradients hardly move the head alone, and take all matrices well beyond the start.
        double pretrained = rows.at("/0/testAccuracy/mean").doubleValue();
        assertThat(pretrained).isLessThan(0.2);
        assertThat(rows.at("/3/testAccuracy/mean").doubleValue()).isGreaterThan(pretrained + 0.2);
        assertThat(Files.readString(out.resolve("report.html"))).contains("side by side");
    }

    @Test
    void theSameSeedGivesTheSameParameters() throws IOException {
        JsonNode first = read(finetune(folder.resolve("first"), "--epochs=1", "--lr=1e-3"));
        JsonNode second = read(finetune(folder.resolve("second"), "--epochs=1", "--lr=1e-3"));
        assertThat(first.get("exact").findValuesAsText("parametersSha256"))
                .isEqualTo(second.get("exact").findValuesAsText("parametersSha256"))
                .doesNotHaveDuplicates();
    }

    @Test
    void refusesWhatNoRunCanBe() {
        Program program = finetune(folder.resolve("out"), "--epochs=0", "--lr=1e-3");
        assertThat(program.exitCode()).isEqualTo(2);
        assertThat(program.err()).contains("epochs = 0, expected >= 1");
    }

    private static JsonNode read(Program program) throws IOException {
        assertThat(program.exitCode()).as(program.err()).isZero();
        return JsonMapper.builder().build().readTree(program.out());
    }
}
