package dev.flops.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.flops.bench.blackbox.BlackBoxException;
import dev.flops.bench.prompt.DigitScorer;
import dev.flops.bench.prompt.Digits;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command before a small frozen model. */
final class PromptCommandTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int ROWS_OF_STEP = 64;

    @TempDir
    private Path folder;

    /** Scores by the light in every tenth row of pixels; fails when it was asked for too many rows. */
    private static final class Stripes implements DigitScorer {
        private final int failAfter;
        private int rowsAsked;

        Stripes(int failAfter) {
            this.failAfter = failAfter;
        }

        @Override
        public void score(float[] pictures, int rows, float[] scores) {
            rowsAsked += rows;
            if (rowsAsked > failAfter) {
                throw new BlackBoxException("out of order", null);
            }
            Arrays.fill(scores, 0);
            for (int row = 0; row < rows; row++) {
                for (int p = 0; p < Digits.PIXELS; p++) {
                    int digit = p / Digits.SIDE % Digits.CLASSES;
                    scores[row * Digits.CLASSES + digit] += (1 - pictures[row * Digits.PIXELS + p]) / Digits.PIXELS;
                }
            }
        }
    }

    private static Program run(DigitScorer scorer, String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = FlopsCommand.configured(new CommandLine(new PromptCommand(() -> scorer)))
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(args);
        return new Program(code, out.toString(), err.toString());
    }

    private String[] args(String name, Path journal) {
        return new String[] {
            "--queries=300",
            "--points=2",
            "--threads=1",
            "--seed=7",
            "--json",
            "--journal=" + journal,
            "--out=" + folder.resolve(name)
        };
    }

    @Test
    void aRunWritesWhatItPromises() throws IOException {
        Path journal = folder.resolve("journal.txt");
        Program program = run(new Stripes(Integer.MAX_VALUE), args("run", journal));
        assertThat(program.exitCode()).as(program.err()).isZero();
        Path out = folder.resolve("run");
        JsonNode summary = JSON.readTree(program.out());
        assertThat(summary).isEqualTo(JSON.readTree(out.resolve("summary.json").toFile()));
        // Whole steps of 64 queries; each is a line of the journal after its first.
        assertThat(summary.get("queries").intValue()).isEqualTo(4 * ROWS_OF_STEP);
        assertThat(summary.get("paid").intValue()).isEqualTo(4 * ROWS_OF_STEP);
        assertThat(summary.get("steps").intValue()).isEqualTo(4);
        assertThat(summary.get("interrupted").booleanValue()).isFalse();
        assertThat(summary.get("parameters").intValue()).isEqualTo(144);
        assertThat(summary.get("testExamples").intValue()).isEqualTo(2000);
        assertThat(Files.readAllLines(journal)).hasSize(1 + 4 * ROWS_OF_STEP);

        List<String> metrics = Files.readAllLines(out.resolve("metrics.jsonl"));
        assertThat(metrics).hasSizeGreaterThanOrEqualTo(3).noneMatch(line -> line.contains("NaN"));
        assertThat(JSON.readTree(metrics.getFirst()).get("meanLoss").isNull()).isTrue();
        JsonNode last = JSON.readTree(metrics.getLast());
        assertThat(last.get("meanLoss").isNumber()).isTrue();
        assertThat(last.get("queries").intValue()).isEqualTo(4 * ROWS_OF_STEP);
        assertThat(last.get("validationAccuracy")).isEqualTo(summary.get("validationAccuracy"));
        assertThat(Files.readString(out.resolve("report.html"))).contains("data:image/png;base64,", "Digits before");
    }

    @Test
    void aRunThatFailedGoesOnAndPaysForTheRestAlone() throws IOException {
        JsonNode whole = JSON.readTree(run(new Stripes(Integer.MAX_VALUE), args("whole", folder.resolve("whole.txt")))
                .out());
        Path journal = folder.resolve("journal.txt");
        // 2,000 test digits and 500 validation digits are looked at first; the third step fails half-way.
        Program failed = run(new Stripes(2500 + 2 * ROWS_OF_STEP + 20), args("failed", journal));
        assertThat(failed.exitCode()).isEqualTo(FlopsCommand.FAILED);
        assertThat(failed.err()).contains("out of order");
        assertThat(Files.readAllLines(journal)).hasSize(1 + 2 * ROWS_OF_STEP);

        Program resumed = run(new Stripes(Integer.MAX_VALUE), args("resumed", journal));
        assertThat(resumed.exitCode()).as(resumed.err()).isZero();
        JsonNode summary = JSON.readTree(resumed.out());
        assertThat(summary.get("paid").intValue()).isEqualTo(2 * ROWS_OF_STEP);
        assertThat(summary.get("queries")).isEqualTo(whole.get("queries"));
        assertThat(summary.get("parametersSha256")).isEqualTo(whole.get("parametersSha256"));
        assertThat(summary.get("testLoss")).isEqualTo(whole.get("testLoss"));
    }

    @Test
    void aComparisonPairsBySeedAndItsJournalPaysForNothingTwice() throws IOException {
        Path journal = folder.resolve("journal.txt");
        String[] args = {
            "--compare",
            "--arms=equal,random-search:0.2,spsa-gc",
            "--prompt=coordinator",
            "--seeds=2",
            "--queries=128",
            "--points=1",
            "--test-digits=100",
            "--validation-digits=50",
            "--threads=1",
            "--json",
            "--journal=" + journal,
            "--out=" + folder.resolve("first")
        };
        Stripes model = new Stripes(Integer.MAX_VALUE);
        Program program = run(model, args);
        assertThat(program.exitCode()).as(program.err()).isZero();
        JsonNode results = JSON.readTree(program.out());
        assertThat(results.get("testExamples").intValue()).isEqualTo(100);
        assertThat(results.get("parameters").intValue()).isEqualTo(72);
        List<Integer> spent = new ArrayList<>();
        results.get("runs").forEach(run -> spent.add(run.get("queries").intValue()));
        assertThat(spent).containsExactly(128, 120, 128, 128, 120, 128);
        // The start of a random search is the same for every seed: the journal knows it.
        int evaluated = 100 + 50 + 6 * (100 + 50);
        assertThat(model.rowsAsked).isEqualTo(752 - 40 + evaluated);
        assertThat(Files.readAllLines(journal)).hasSize(1 + 752 - 40);

        JsonNode search = results.get("arms").get(1);
        double mean = 0;
        for (int seed = 0; seed < 2; seed++) {
            mean += accuracy(results, 3 * seed + 1) / 2 - accuracy(results, 3 * seed) / 2;
        }
        assertThat(search.get("arm").textValue()).isEqualTo("random-search:0.2");
        assertThat(search.get("differenceToFirst").get("mean").doubleValue()).isCloseTo(mean, within(1e-12));
        assertThat(results.get("arms").get(0).get("differenceToFirst").isNull()).isTrue();
        assertThat(Files.readString(folder.resolve("first/report.html")))
                .contains("Accuracy against queries", "Loss against queries");
        assertThat(results.get("arms").get(0).get("varianceRatioToEqual").doubleValue())
                .isCloseTo(1, within(1e-9));
        assertThat(results.get("arms").get(0).get("coefficientOfVariation").doubleValue())
                .isPositive();
        assertThat(search.get("varianceRatioToEqual").isNull()).isTrue();

        args[args.length - 1] = "--out=" + folder.resolve("again");
        Stripes again = new Stripes(Integer.MAX_VALUE);
        JsonNode repeated = JSON.readTree(run(again, args).out());
        assertThat(again.rowsAsked).isEqualTo(evaluated);
        assertThat(repeated.get("arms")).isEqualTo(results.get("arms"));
    }

    private static double accuracy(JsonNode results, int run) {
        return results.get("runs").get(run).get("testAccuracy").doubleValue();
    }

    @Test
    void wrongUsageIsRefusedBeforeAnythingIsAsked() {
        for (String allocator : List.of("pooled-biased", "neyman-el2n", "sites", "neyman-loss")) {
            Program program = Program.run("prompt", "--allocator=" + allocator, "--out=" + folder.resolve("none"));
            assertThat(program.exitCode()).as(allocator).isEqualTo(FlopsCommand.WRONG_USAGE);
            assertThat(program.err()).contains("allocator = " + allocator);
        }
        Program poor = Program.run("prompt", "--queries=63", "--out=" + folder.resolve("none"));
        assertThat(poor.exitCode()).isEqualTo(FlopsCommand.WRONG_USAGE);
        assertThat(poor.err()).contains("queries = 63, expected >= 64");
        for (String wrong : List.of(
                "--arms=equal,equal", "--arms=cma", "--seeds=1", "--arms=cma-es --queries=303", "--arms=equal@33")) {
            Program refused =
                    Program.run(("prompt --compare " + wrong + " --out=" + folder.resolve("none")).split(" "));
            assertThat(refused.exitCode()).as(refused.err()).isEqualTo(FlopsCommand.WRONG_USAGE);
        }
        assertThat(folder.resolve("none")).doesNotExist();
    }
}
