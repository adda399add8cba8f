package dev.flops.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.flops.bench.task.AllocatorChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class TrainCommandTest {
    /** 4 examples, 2 samples each at 16 sites, and 4 clean forwards. */
    private static final int BUDGET = 4 + 4 * 2 * 16;

    private static final int STEPS = 3;

    private final ObjectMapper mapper = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    @TempDir
    private Path folder;

    private Path data;

    @BeforeEach
    void writeData() throws IOException {
        data = IdxFolder.write(Files.createDirectory(folder.resolve("data")), 40, 20);
    }

    /** A training of seconds; an option that is given replaces the one here. */
    private Program tiny(String out, String... more) {
        Map<String, String> options = new LinkedHashMap<>();
        Stream.concat(
                        Stream.of(
                                "--data-dir=" + data,
                                "--out=" + folder.resolve(out),
                                "--steps=" + STEPS,
                                "--batch=4",
                                "--train=all",
                                "--budget=" + BUDGET,
                                "--threads=1"),
                        Arrays.stream(more))
                .forEach(option -> options.put(nameOf(option), option));
        return Program.run(
                Stream.concat(Stream.of("train"), options.values().stream()).toArray(String[]::new));
    }

    private static String nameOf(String option) {
        int equals = option.indexOf('=');
        return equals < 0 ? option : option.substring(0, equals);
    }

    private JsonNode summary(String out, String... more) throws IOException {
        Program program = tiny(out, more);
        assertThat(program.exitCode()).as(program.err()).isZero();
        return mapper.readTree(folder.resolve(out).resolve("summary.json").toFile());
    }

    /** A rule spends what the steps would have spent, and says so; what is no number and no rule is wrong usage. */
    @Test
    void budgetsMayBeChosenByARule() throws IOException {
        for (String rule : List.of("auto", "auto-flops")) {
            JsonNode found = summary(rule, "--budget=" + rule, "--allocator=neyman", "--steps=6");
            long given = 6 * BUDGET;
            assertThat(found.get("queries").longValue()).isBetween(given - BUDGET, given);
            assertThat(found.at("/configuration/budgetRule").textValue()).isEqualTo(rule);
            List<String> lines = Files.readAllLines(folder.resolve(rule).resolve("metrics.jsonl"));
            JsonNode last = mapper.readTree(lines.getLast());
            assertThat(last.get("step").intValue()).isEqualTo(found.get("steps").intValue());
            assertThat(last.at("/allocation/samples").intValue()).isBetween(4, 32);
        }
        Program wrong = tiny("wrong", "--budget=many");
        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(wrong.err()).contains("budget = many, expected a number of queries, auto or auto-flops");
        Program shared = tiny("shared", "--budget=auto", "--allocator=equal", "--estimator=mezo");
        assertThat(shared.exitCode()).isEqualTo(2);
        assertThat(shared.err()).contains("SHARED_DIRECTIONS");
    }

    /** The ratio of a refinement over sites is in the metrics where there is one, and nowhere else. */
    @Test
    void refinementsOverSitesReportTheirRatio() throws IOException {
        summary("sites", "--allocator=sites");
        summary("plain", "--allocator=neyman");
        JsonNode refined =
                mapper.readTree(Files.readAllLines(folder.resolve("sites").resolve("metrics.jsonl"))
                        .getLast());
        JsonNode plain =
                mapper.readTree(Files.readAllLines(folder.resolve("plain").resolve("metrics.jsonl"))
                        .getLast());
        assertThat(refined.at("/allocation/siteVarianceRatio").doubleValue()).isBetween(0.05, 1.5);
        assertThat(plain.at("/allocation/siteVarianceRatio").isNull()).isTrue();
    }

    /** Every task by its name, with the network and data that it stands for. */
    @ParameterizedTest
    @CsvSource({
        "digits, pretrained-vit, digits, 445",
        "rotated, pretrained-vit, fashion-mnist-rotated, 2000",
        "inverted, pretrained-vit, fashion-mnist-inverted, 2000"
    })
    void tasksByName(String task, String model, String set, int testExamples) throws IOException {
        Program program = Program.run(
                "train", "--task=" + task, "--steps=2", "--batch=4", "--threads=1", "--out=" + folder.resolve(task));
        assertThat(program.exitCode()).as(program.err()).isZero();
        assertThat(program.out()).contains(String.format(java.util.Locale.ROOT, "on %,d test examples", testExamples));
        JsonNode summary =
                mapper.readTree(folder.resolve(task).resolve("summary.json").toFile());
        assertThat(summary.get("model").textValue()).isEqualTo(model);
        assertThat(summary.get("data").textValue()).isEqualTo(set);
    }

    @Test
    void digitsHaveNoFolder() {
        Program program = tiny("run", "--data=digits");
        assertThat(program.exitCode()).isEqualTo(FlopsCommand.WRONG_USAGE);
        assertThat(program.err()).contains("embedded whole");
    }

    @Test
    void reportShowsTheRun() throws IOException {
        JsonNode summary = summary("run");
        String html = Files.readString(folder.resolve("run").resolve("report.html"));
        assertThat(html)
                .contains(
                        summary.get("parametersSha256").textValue(),
                        "Variance of the gradient against equal allocation")
                .contains("What the allocator learned");
    }

    @Test
    void summaryHoldsEveryFieldOfTheSchema() throws IOException {
        JsonNode summary = summary("run", "--seed=7", "--simd=auto");
        assertThat(summary.get("task").textValue()).isEqualTo("vit-fashion-mnist");
        assertThat(summary.get("model").textValue()).isEqualTo("vit");
        assertThat(summary.get("data").textValue()).isEqualTo("fashion-mnist");
        assertThat(summary.get("estimator").textValue()).isEqualTo("lr-layerwise");
        assertThat(summary.get("allocator").textValue()).isEqualTo("gaussian");
        assertThat(summary.get("seed").longValue()).isEqualTo(7);
        assertThat(summary.get("steps").intValue()).isEqualTo(STEPS);
        assertThat(summary.get("budget").longValue()).isEqualTo(BUDGET);
        assertThat(summary.get("threads").intValue()).isEqualTo(1);
        assertThat(summary.get("simd").asText()).isIn("512", "256", "128");
        assertThat(summary.get("simd").isInt()).isTrue();
        assertThat(summary.get("interrupted").booleanValue()).isFalse();
        assertThat(summary.get("testAccuracy").doubleValue()).isBetween(0.0, 1.0);
        assertThat(summary.get("testLoss").doubleValue()).isPositive();
        assertThat(summary.get("testExamples").intValue()).isEqualTo(20);
        assertThat(summary.get("queries").longValue()).isEqualTo((long) STEPS * BUDGET);
        assertThat(summary.get("cleanQueries").longValue()).isEqualTo(STEPS * 4L);
        assertThat(summary.get("flops").longValue()).isPositive();
        assertThat(summary.get("seconds").doubleValue()).isPositive();
        assertThat(summary.get("peakBytes").longValue()).isPositive();
        assertThat(summary.get("heapPeakBytes").longValue()).isPositive();
        assertThat(summary.get("parametersSha256").textValue()).matches("[0-9a-f]{64}");
        assertThat(summary.at("/allocation/cv").isDouble()).isTrue();
        assertThat(summary.at("/allocation/varianceRatioToEqual").doubleValue()).isPositive();
        assertThat(summary.at("/provenance/jdk").textValue())
                .contains(Runtime.version().toString());
        assertThat(summary.at("/provenance/os").textValue()).isNotBlank();
        assertThat(summary.at("/provenance/arch").textValue()).isNotBlank();
        assertThat(summary.get("provenance").has("cpu")).isTrue();
        assertThat(summary.get("provenance").has("revision")).isTrue();
        assertThat(summary.at("/configuration/seed").longValue()).isEqualTo(7);
        assertThat(summary.at("/configuration/model/dimensions/depth").intValue())
                .isEqualTo(2);
    }

    @Test
    void metricsHoldTheLastStepOnALineOfItsOwn() throws IOException {
        summary("run");
        List<String> lines = Files.readAllLines(folder.resolve("run").resolve("metrics.jsonl"));
        assertThat(lines).hasSize(1);
        JsonNode line = mapper.readTree(lines.getFirst());
        assertThat(line.get("step").intValue()).isEqualTo(STEPS);
        assertThat(line.get("loss").doubleValue()).isPositive();
        assertThat(line.get("queries").longValue()).isEqualTo((long) STEPS * BUDGET);
        assertThat(line.at("/allocation/cv").isDouble()).isTrue();
        assertThat(line.at("/allocation/phi").properties()).hasSize(4);
        assertThat(line.get("secondsByPhase").has("samples")).isTrue();
        assertThat(folder.resolve("run"))
                .isDirectoryNotContaining(file -> file.getFileName().toString().endsWith(".tmp"));
    }

    @Test
    void jsonIsOneDocumentAndNothingElse() throws IOException {
        Program program = tiny("run", "--json");
        assertThat(program.exitCode()).isZero();
        assertThat(mapper.readTree(program.out()))
                .isEqualTo(mapper.readTree(
                        folder.resolve("run").resolve("summary.json").toFile()));
        assertThat(program.err()).contains("sites", "head").doesNotContain("\r", "\u001b");
    }

    @Test
    void peopleReadFiguresOnStandardOutput() {
        Program program = tiny("run");
        assertThat(program.out())
                .contains("accuracy", "queries", "computed", "memory", "variance", "of that of equal allocation")
                .contains("60,394 parameters", "16: patch_embed.proj")
                .doesNotContain("\r", "\u001b");
    }

    @ParameterizedTest
    @CsvSource({"--threads=2", "--simd=scalar", "--simd=128"})
    void parametersAreTheSameWhateverComputesThem(String option) throws IOException {
        String first = summary("first").get("parametersSha256").textValue();
        assertThat(summary("second", option).get("parametersSha256").textValue())
                .isEqualTo(first);
    }

    @Test
    void parametersFollowFromTheSeed() throws IOException {
        String first = summary("first", "--seed=3").get("parametersSha256").textValue();
        assertThat(summary("again", "--seed=3").get("parametersSha256").textValue())
                .isEqualTo(first);
        assertThat(summary("other", "--seed=4").get("parametersSha256").textValue())
                .isNotEqualTo(first);
    }

    @ParameterizedTest
    @CsvSource({
        "--allocator=equal, allocator, equal",
        "--allocator=neyman, allocator, neyman",
        "--model=cnn, model, cnn",
        "--estimator=lr-all-sites, estimator, lr-all-sites"
    })
    void everyChoiceRuns(String option, String field, String value) throws IOException {
        assertThat(summary("run", option).get(field).textValue()).isEqualTo(value);
    }

    @Test
    void antitheticPairsCostTwo() throws IOException {
        JsonNode summary = summary("run", "--scheme=antithetic", "--sigma=0.1");
        assertThat(summary.get("queries").longValue()).isEqualTo((long) STEPS * BUDGET);
        assertThat(summary.at("/configuration/scheme").textValue()).isEqualTo("antithetic");
        assertThat(summary.at("/configuration/sigma").doubleValue()).isEqualTo(0.1);
    }

    /** Scales begin at --sigma; the names are those of the sites. */
    @ParameterizedTest
    @CsvSource({"fixed, false", "smoothed-loss, true", "variance, true"})
    void scalesOfSitesAreReported(String choice, boolean learned) throws IOException {
        JsonNode summary = summary("run", "--site-scale=" + choice, "--sigma=0.1");
        assertThat(summary.at("/configuration/siteScale").textValue()).isEqualTo(choice);
        JsonNode sigmas = summary.get("siteSigmas");
        assertThat(sigmas).hasSameSizeAs(summary.get("sites"));
        for (JsonNode site : summary.get("sites")) {
            double sigma = sigmas.get(site.textValue()).doubleValue();
            assertThat(sigma).isBetween(0.01, 1.0);
            assertThat(sigma != 0.1).as(site.textValue()).isEqualTo(learned);
        }
    }

    /** Two samples of 4 examples at 10 sites in two spaces are the pilot of step 0. */
    @Test
    void sitesChooseByMeasurement() throws IOException {
        JsonNode plain = summary("plain");
        JsonNode measured = summary("run", "--site-space=measured");
        assertThat(measured.at("/configuration/siteSpace").textValue()).isEqualTo("measured");
        int sites = measured.get("sites").size();
        assertThat(measured.get("siteSpaces")).hasSize(sites);
        for (JsonNode space : measured.get("siteSpaces")) {
            assertThat(space.textValue()).isIn("activations", "weights");
        }
        assertThat(measured.get("queries").longValue())
                .isEqualTo(plain.get("queries").longValue() + 2L * 2 * 4 * sites);
        for (JsonNode space : plain.get("siteSpaces")) {
            assertThat(space.textValue()).isEqualTo("activations");
        }
    }

    @Test
    void choosingSitesAreLayerWise() {
        Program program = tiny("run", "--site-space=measured", "--estimator=lr-all-sites");
        assertThat(program.exitCode()).isEqualTo(2);
        assertThat(program.err().lines())
                .singleElement()
                .asString()
                .contains("space = measured with estimator = lr-all-sites", "expected lr-layerwise and fixed");
    }

    @Test
    void scalesOfSitesNeedSites() {
        Program program = tiny("run", "--estimator=spsa", "--site-scale=variance");
        assertThat(program.exitCode()).isEqualTo(2);
        assertThat(program.err().lines())
                .singleElement()
                .asString()
                .contains("scale = variance with estimator = spsa, expected fixed");
    }

    @Test
    void theHeadAloneHasOneSite() throws IOException {
        JsonNode summary = summary("run", "--train=head");
        assertThat(summary.get("sites")).hasSize(1);
        assertThat(summary.get("trainableParameters").intValue()).isEqualTo(48 * 10 + 10);
        assertThat(summary.get("parameters").intValue()).isEqualTo(60_394);
    }

    /** The pilot's queries are among those of the budget, and sites share the budget of the allocation to examples. */
    @ParameterizedTest
    @EnumSource
    void everyAllocatorSpendsTheBudgetAndSaysWhatItCosts(AllocatorChoice allocator) throws IOException {
        JsonNode summary = summary("run", "--allocator=" + allocator);
        assertThat(summary.get("allocator").textValue()).isEqualTo(allocator.toString());
        assertThat(summary.get("queries").longValue()).isEqualTo((long) STEPS * BUDGET);
        JsonNode line = mapper.readTree(Files.readString(folder.resolve("run").resolve("metrics.jsonl")));
        assertThat(line.at("/allocation/overheadShare").doubleValue()).isBetween(1e-9, 0.02);
        assertThat(line.at("/allocation/allocationVariance").doubleValue()).isPositive();
        assertThat(line.at("/allocation/minibatchVariance").isDouble()).isTrue();
        JsonNode phi = line.at("/allocation/phi");
        switch (allocator) {
            case GAUSSIAN,
                    GAUSSIAN_LIKELIHOOD_RATIO,
                    GAUSSIAN_POSITIVE_PART,
                    GAUSSIAN_SLOPE_ONLY,
                    GAUSSIAN_FIXED,
                    FACTORED_SITES -> assertThat(phi.get("w").doubleValue()).isNotZero();
            case GAUSSIAN_WITHOUT_SLOPE -> {
                assertThat(phi.get("w").doubleValue()).isZero();
                assertThat(phi.get("logLength").doubleValue()).isNotZero();
            }
            case SWITCHED -> assertThat(phi.get("squaredCv").isDouble()).isTrue();
            default -> assertThat(phi.isEmpty()).isTrue();
        }
    }

    @Test
    void aChoiceThatNeedsSitesIsRefusedWithoutThem() {
        Program program = tiny("run", "--allocator=sites", "--estimator=lr-all-sites");
        assertThat(program.exitCode()).isEqualTo(2);
        assertThat(program.err().lines()).singleElement().asString().contains("mode = ALL_SITES, expected LAYER_WISE");
    }

    @Test
    void equalAllocationIsNoBetterThanEqual() throws IOException {
        assertThat(summary("run", "--allocator=equal")
                        .at("/allocation/varianceRatioToEqual")
                        .doubleValue())
                .isEqualTo(1.0);
    }

    @Test
    void anImpossibleBudgetIsRefusedInOneLine() {
        Program program = tiny("run", "--budget=67");
        assertThat(program.exitCode()).isEqualTo(2);
        assertThat(program.err().lines()).singleElement().asString().contains("budget = 67", ">= 68");
        assertThat(program.out()).isEmpty();
        assertThat(folder.resolve("run")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "--allocator=best; gaussian-fixed, equal, neyman",
                "--simd=1024; auto, 512, 256, 128, scalar",
                "--model=resnet; vit, cnn",
                "--estimator=backprop; lr-layerwise, lr-all-sites",
                "--scheme=none; clean, antithetic",
                "--site-scale=learned; fixed, smoothed-loss, variance",
                "--site-space=weights; activations, measured",
                "--train=body; all, matrices, head",
                "--data=mnist; fashion-mnist"
            })
    void unknownValuesAreAnsweredWithTheChoices(String option, String choices) {
        Program program = tiny("run", option);
        assertThat(program.exitCode()).isEqualTo(2);
        assertThat(program.err().lines().findFirst().orElseThrow()).contains(nameOf(option), choices);
        assertThat(program.out()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "--steps=0, steps = 0",
        "--batch=0, batch = 0",
        "--batch=41, batch = 41",
        "--threads=0, threads = 0",
        "--lr=0, lr = 0",
        "--sigma=-1, sigma = -1",
        "--sigma=NaN, sigma = NaN",
        "--budget=0, budget = 0",
        "--name=a/b, name = a/b",
        "--name=.., name = .."
    })
    void valuesOutOfRangeAreRefusedInOneLine(String option, String message) {
        Program program = tiny("run", option);
        assertThat(program.exitCode()).isEqualTo(2);
        assertThat(program.err().lines()).singleElement().asString().contains(message, "expected");
    }

    @Test
    void aFolderWithFilesIsNeverWrittenTo() throws IOException {
        Path taken = Files.createDirectory(folder.resolve("taken"));
        Files.writeString(taken.resolve("summary.json"), "mine");
        Program program = tiny("taken");
        assertThat(program.exitCode()).isEqualTo(2);
        assertThat(program.err().lines()).singleElement().asString().contains("taken", "--out");
        assertThat(taken.resolve("summary.json")).hasContent("mine");
        assertThat(taken.resolve("metrics.jsonl")).doesNotExist();
    }

    @Test
    void anEmptyFolderIsAsGoodAsNone() throws IOException {
        Files.createDirectory(folder.resolve("empty"));
        assertThat(summary("empty").get("steps").intValue()).isEqualTo(STEPS);
    }

    @Test
    void aNameGoesBelowTheFolder() {
        assertThat(tiny("runs", "--name=first").exitCode()).isZero();
        assertThat(folder.resolve("runs").resolve("first").resolve("summary.json"))
                .exists();
    }

    @Test
    void aFileInThePlaceOfTheFolderFails() throws IOException {
        Files.writeString(folder.resolve("file"), "");
        Program below = tiny("file/run");
        assertThat(below.exitCode()).isEqualTo(1);
        assertThat(below.err()).contains("file");
        assertThat(tiny("file").exitCode()).isEqualTo(2);
    }

    @Test
    void aTruncatedFileFailsInOneLine() throws IOException {
        Path images = data.resolve("train-images-idx3-ubyte");
        Files.write(images, Arrays.copyOf(Files.readAllBytes(images), 1000));
        assertFailsInOneLine("train-images-idx3-ubyte");
    }

    @Test
    void aWrongMagicNumberFailsInOneLine() throws IOException {
        byte[] labels = Files.readAllBytes(data.resolve("t10k-labels-idx1-ubyte"));
        labels[2] = 0x0D;
        Files.write(data.resolve("t10k-labels-idx1-ubyte"), labels);
        assertFailsInOneLine("t10k-labels-idx1-ubyte");
    }

    @Test
    void aMissingFileFailsInOneLine() throws IOException {
        Files.delete(data.resolve("train-labels-idx1-ubyte"));
        assertFailsInOneLine("train-labels-idx1-ubyte");
    }

    private void assertFailsInOneLine(String message) {
        Program program = tiny("run");
        assertThat(program.exitCode()).isEqualTo(1);
        assertThat(program.err().lines())
                .singleElement()
                .asString()
                .startsWith("flops: ")
                .contains(message);
        assertThat(program.out()).isEmpty();
        assertThat(folder.resolve("run")).doesNotExist();
    }

    @Test
    void aLossThatIsNotFiniteStopsTheRun() {
        Program program = tiny("run", "--lr=1e38", "--steps=20");
        assertThat(program.exitCode()).isEqualTo(1);
        assertThat(program.err()).contains("in step", "--lr").doesNotContain("\tat ");
        assertThat(folder.resolve("run").resolve("summary.json")).doesNotExist();
    }

    @Test
    void aTraceIsShownWhereItIsAskedFor() throws IOException {
        Files.delete(data.resolve("train-labels-idx1-ubyte"));
        assertThat(tiny("run", "--stacktrace").err()).contains("\tat dev.flops.");
        assertThat(tiny("run").err()).doesNotContain("\tat ");
    }
}
