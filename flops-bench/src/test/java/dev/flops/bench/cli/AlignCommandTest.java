package dev.flops.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.flops.bench.align.SyntheticAlignment;
import dev.flops.bench.task.UsageException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command on a task without encoders. */
final class AlignCommandTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    private Path folder;

    private static Program run(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = FlopsCommand.configured(new CommandLine(new AlignCommand(SyntheticAlignment::task)))
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    command.getErr().println(failure.getMessage());
                    command.getErr().flush();
                    return failure instanceof UsageException ? FlopsCommand.WRONG_USAGE : FlopsCommand.FAILED;
                })
                .execute(args);
        return new Program(code, out.toString(), err.toString());
    }

    @Test
    void runsOfTwoSeedsAreSummedUpWithIntervals() throws IOException {
        Path run = folder.resolve("run");
        Program program =
                run("--steps=10", "--batch=32", "--budget=96", "--seeds=2", "--json", "--threads=2", "--out=" + run);
        assertThat(program.exitCode()).as(program.err()).isZero();
        JsonNode summary = JSON.readTree(program.out());
        assertThat(JSON.readTree(run.resolve("summary.json").toFile())).isEqualTo(summary);
        assertThat(summary.get("runs")).hasSize(2);
        assertThat(summary.get("runs").get(0).get("queries").asLong()).isEqualTo(960);
        assertThat(summary.get("runs").get(0).get("parametersSha256"))
                .isNotEqualTo(summary.get("runs").get(1).get("parametersSha256"));
        JsonNode score = summary.get("google").get("imageToText10");
        assertThat(score.get("mean").asDouble()).isBetween(0.0, 1.0);
        assertThat(score.get("interval").get("low").asDouble())
                .isLessThanOrEqualTo(score.get("mean").asDouble());
        assertThat(Files.readAllLines(run.resolve("metrics.jsonl"))).hasSize(2 * 6);
        assertThat(run.resolve("report.html"))
                .content()
                .contains("data:image/png;base64,")
                .contains("the nearest pictures");
    }

    @Test
    void aRunOfOneSeedIsRepeatedBitForBitWhateverTheThreads() throws IOException {
        String[] digests = new String[2];
        for (int threads = 1; threads <= 2; threads++) {
            Program program = run(
                    "--steps=5",
                    "--batch=32",
                    "--budget=96",
                    "--json",
                    "--threads=" + threads,
                    "--out=" + folder.resolve("t" + threads));
            JsonNode summary = JSON.readTree(program.out());
            assertThat(summary.get("google").get("imageToText1").get("interval").isNull())
                    .isTrue();
            digests[threads - 1] =
                    summary.get("runs").get(0).get("parametersSha256").asText();
        }
        assertThat(digests[1]).isEqualTo(digests[0]);
    }

    @Test
    void wrongUsageIsSaid() {
        for (String option : new String[] {
            "--steps=0",
            "--seeds=0",
            "--batch=0",
            "--budget=10",
            "--sigma=0",
            "--lr=0",
            "--temperature=0.001",
            "--allocator=pooled-biased"
        }) {
            Program program = run("--out=" + folder.resolve("x" + option), option);
            assertThat(program.exitCode()).as(option).isEqualTo(FlopsCommand.WRONG_USAGE);
            assertThat(program.err()).as(option).contains("expected");
        }
    }
}
