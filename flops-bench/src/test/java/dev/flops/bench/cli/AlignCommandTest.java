package dev.flops.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.flops.bench.align.SyntheticAlignment;
import dev.flops.bench.task.UsageException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
    void aComparisonGivesEveryMethodTheSameBudgetAndPairsBySeed() throws IOException {
        Path run = folder.resolve("compare");
        String[] args = {
            "--compare",
            "--arms=equal,importance@16,spsa-gc@16,cma-es@8,random-search/all@32",
            "--steps=20",
            "--batch=32",
            "--budget=96",
            "--seeds=2",
            "--json",
            "--threads=1",
            "--out=" + run
        };
        Program program = run(args);
        assertThat(program.exitCode()).as(program.err()).isZero();
        JsonNode results = JSON.readTree(program.out());
        assertThat(JSON.readTree(run.resolve("results.json").toFile())).isEqualTo(results);
        assertThat(results.get("budget").asLong()).isEqualTo(1920);
        assertThat(results.get("validation").asBoolean()).isFalse();
        List<Integer> spent = new ArrayList<>();
        results.get("runs").forEach(one -> spent.add(one.get("queries").asInt()));
        // λ = 18 for 16 x 8 parameters: 8 for the start and 13 generations of 144.
        assertThat(spent).containsExactly(1920, 1920, 1920, 1880, 1920, 1920, 1920, 1920, 1880, 1920);
        JsonNode search = results.get("arms").get(4);
        double mean = 0;
        for (int seed = 0; seed < 2; seed++) {
            mean += (score(results, 5 * seed + 4) - score(results, 5 * seed)) / 2;
        }
        assertThat(search.get("google")
                        .get("imageToText10")
                        .get("differenceToFirst")
                        .get("mean")
                        .asDouble())
                .isCloseTo(mean, within(1e-12));
        assertThat(results.get("arms").get(0).get("varianceRatioToEqual").asDouble())
                .isCloseTo(1, within(1e-9));
        assertThat(search.get("varianceRatioToEqual").isNull()).isTrue();
        assertThat(run.resolve("report.html"))
                .content()
                .contains("Own text among the ten nearest against queries", "Loss of the batches against queries");
        args[args.length - 1] = "--out=" + folder.resolve("again");
        assertThat(JSON.readTree(run(args).out()).get("arms")).isEqualTo(results.get("arms"));
    }

    private static double score(JsonNode results, int run) {
        return results.get("runs").get(run).get("google").get("imageToText10").asDouble();
    }

    @Test
    void aComparisonThatCannotRunIsRefusedBeforeItBegins() {
        for (String arms :
                new String[] {"equal,equal", "cma", "random-search@1337", "equal@49", "cma-es@64", "spsa-gc/half"}) {
            Path out = folder.resolve("none");
            Program program =
                    run("--compare", "--steps=3", "--budget=96", "--batch=32", "--arms=" + arms, "--out=" + out);
            assertThat(program.exitCode()).as(arms).isEqualTo(FlopsCommand.WRONG_USAGE);
            assertThat(program.err()).as(arms).contains("expected");
            assertThat(out).doesNotExist();
        }
        assertThat(run("--compare", "--seeds=1", "--out=" + folder.resolve("none"))
                        .exitCode())
                .isEqualTo(FlopsCommand.WRONG_USAGE);
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
