package dev.flops.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flops.bench.task.AllocatorChoice;
import dev.flops.models.checkpoint.Checkpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ResumeCommandTest {
    private final ObjectMapper mapper = new ObjectMapper();

    @TempDir
    private Path folder;

    private Path data;

    @BeforeEach
    void writeData() throws IOException {
        data = IdxFolder.write(Files.createDirectory(folder.resolve("data")), 40, 20);
    }

    private Path run() {
        return folder.resolve("run");
    }

    private Program train(String... more) {
        List<String> args = new ArrayList<>(List.of("train", "--data-dir=" + data, "--out=" + run()));
        args.addAll(List.of("--steps=24", "--batch=4", "--threads=1", "--checkpoint-every=5"));
        args.addAll(List.of(more));
        return Program.run(args.toArray(String[]::new));
    }

    private Program resume(String... more) {
        List<String> args = new ArrayList<>(List.of("train", "--resume", "--out=" + run()));
        args.addAll(List.of(more));
        return Program.run(args.toArray(String[]::new));
    }

    private String digest() throws IOException {
        JsonNode summary = mapper.readTree(run().resolve("summary.json").toFile());
        assertThat(summary.get("interrupted").booleanValue()).isFalse();
        return summary.get("parametersSha256").textValue();
    }

    private List<Integer> steps() throws IOException {
        List<Integer> steps = new ArrayList<>();
        for (String line : Files.readAllLines(run().resolve("metrics.jsonl"))) {
            steps.add(mapper.readTree(line).get("step").intValue());
        }
        return steps;
    }

    private List<String> checkpoints() throws IOException {
        try (Stream<Path> files = Files.list(run())) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.contains("checkpoint-"))
                    .sorted()
                    .toList();
        }
    }

    private Path checkpoint(int step) {
        return run().resolve(String.format(java.util.Locale.ROOT, "checkpoint-%010d.safetensors", step));
    }

    /** Every allocator: what it remembers is in the checkpoint. */
    @ParameterizedTest
    @EnumSource
    void fromAnEarlierCheckpointToTheSameBits(AllocatorChoice allocator) throws IOException {
        assertThat(train("--allocator=" + allocator).exitCode()).isZero();
        String expected = digest();
        assertThat(checkpoints())
                .containsExactly(
                        "checkpoint-0000000015.safetensors",
                        "checkpoint-0000000020.safetensors",
                        "checkpoint-0000000024.safetensors");
        Files.delete(checkpoint(24));
        Files.delete(checkpoint(20));
        Files.delete(run().resolve("summary.json"));
        Program resumed = resume("--threads=2", "--simd=scalar");
        assertThat(resumed.exitCode()).as(resumed.err()).isZero();
        assertThat(resumed.out()).contains("resumed", "after step 15");
        assertThat(digest()).isEqualTo(expected);
        assertThat(steps()).containsExactly(10, 20, 24);
    }

    @Test
    void aFinishedRunIsEvaluatedAgain() throws IOException {
        train();
        String expected = digest();
        assertThat(resume().exitCode()).isZero();
        assertThat(digest()).isEqualTo(expected);
        assertThat(steps()).containsExactly(10, 20, 24);
    }

    @Test
    void aDamagedCheckpointIsReportedAndTheOneBeforeIsUsed() throws IOException {
        train();
        String expected = digest();
        byte[] bytes = Files.readAllBytes(checkpoint(24));
        bytes[bytes.length - 1] ^= 1;
        Files.write(checkpoint(24), bytes);
        Program resumed = resume();
        assertThat(resumed.exitCode()).isZero();
        assertThat(resumed.err()).contains("passing over", "checkpoint-0000000024", "damaged");
        assertThat(resumed.out()).contains("after step 20");
        assertThat(digest()).isEqualTo(expected);
        assertThat(steps()).containsExactly(10, 20, 24);
    }

    @ParameterizedTest
    @CsvSource({
        "--lr=0.5, learningRate = 0.5 here",
        "--seed=9, seed = 9 here",
        "--steps=25, steps = 25 here",
        "--allocator=equal, allocator = \"equal\" here"
    })
    void anotherConfigurationIsRefusedByTheNameOfWhatDiffers(String option, String message) throws IOException {
        train();
        Program resumed = resume(option);
        assertThat(resumed.exitCode()).isEqualTo(FlopsCommand.WRONG_USAGE);
        assertThat(resumed.err()).contains("another configuration", message);
        assertThat(steps()).containsExactly(10, 20, 24);
    }

    @Test
    void otherDataAreRefused() throws IOException {
        train();
        Path labels = data.resolve("train-labels-idx1-ubyte");
        byte[] bytes = Files.readAllBytes(labels);
        bytes[bytes.length - 1] = 3;
        Files.write(labels, bytes);
        Program resumed = resume();
        assertThat(resumed.exitCode()).isEqualTo(FlopsCommand.WRONG_USAGE);
        assertThat(resumed.err()).contains("dataDigest");
    }

    @Test
    void withoutACheckpointThereIsNothingToResume() throws IOException {
        assertThat(resume().exitCode()).isEqualTo(FlopsCommand.WRONG_USAGE);
        Files.createDirectory(run());
        Program resumed = resume();
        assertThat(resumed.exitCode()).isEqualTo(FlopsCommand.WRONG_USAGE);
        assertThat(resumed.err()).contains("holds no checkpoint");
    }

    /** A folder in the place of the next file: nothing can be renamed there, whoever the user is. */
    @Test
    void aCheckpointThatCannotBeWrittenEndsTheRunAndLeavesTheLast() throws IOException {
        train();
        String expected = digest();
        Files.delete(checkpoint(24));
        Files.delete(checkpoint(20));
        Files.createDirectories(checkpoint(20).resolve("in the way"));
        Program failed = resume("--checkpoint-every=1");
        assertThat(failed.exitCode()).isEqualTo(FlopsCommand.FAILED);
        assertThat(failed.err()).contains("checkpoint of step 20 cannot be written", "that of step 19 is kept");
        Files.delete(checkpoint(20).resolve("in the way"));
        Files.delete(checkpoint(20));
        assertThat(resume().exitCode()).isZero();
        assertThat(digest()).isEqualTo(expected);
    }

    /** The last good parameters are kept, whatever is not finite. */
    @Test
    void aNumberThatIsNotFiniteLeavesTheStateBeforeItsStep() throws IOException {
        Program failed = train("--lr=1e38");
        assertThat(failed.exitCode()).isEqualTo(FlopsCommand.FAILED);
        assertThat(failed.err()).contains(" in step ", "the state before the step that failed is kept");
        int step = Integer.parseInt(failed.err().replaceFirst("(?s).* in step (\\d+).*", "$1"));
        Checkpoint kept = Checkpoint.read(checkpoint(step));
        assertThat(kept.step()).isEqualTo(step);
        float[] values = kept.state().scope("training.parameters").floats("head.weight", 480);
        for (float value : values) {
            assertThat(value).isFinite();
        }
    }

    @Test
    void aConfigurationFileGivesWhatTheCommandLineDoesNot() throws IOException {
        Path json =
                Files.writeString(folder.resolve("a.json"), "{\"seed\": 9, \"allocator\": \"equal\", \"lr\": 0.01}");
        assertThat(train("--config=" + json, "--seed=4").exitCode()).isZero();
        JsonNode configuration =
                mapper.readTree(run().resolve("summary.json").toFile()).get("configuration");
        assertThat(configuration.get("seed").intValue()).isEqualTo(4);
        assertThat(configuration.get("allocator").textValue()).isEqualTo("equal");
        assertThat(configuration.get("learningRate").doubleValue()).isEqualTo(0.01);
        Path properties = Files.writeString(folder.resolve("b.properties"), "optimizer=adam\nseed=2\n");
        Program unknown = train("--config=" + properties);
        assertThat(unknown.exitCode()).isEqualTo(FlopsCommand.WRONG_USAGE);
        assertThat(unknown.err()).contains("b.properties: unknown key optimizer", "allocator, batch");
        Path wrong = Files.writeString(folder.resolve("c.json"), "{\"sigma\": \"many\"}");
        assertThat(train("--config=" + wrong).err()).contains("c.json", "--sigma", "many");
        Path broken = Files.writeString(folder.resolve("d.json"), "{\"steps\"");
        assertThat(train("--config=" + broken).exitCode()).isEqualTo(FlopsCommand.WRONG_USAGE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"seed\": 1, \"seed\": 2}",
                "{\"seed\": 1} {}",
                "{\"seed\": \"\u00ff\"}",
                "{\"allocator\": \"LONG\"}",
                "{\"LONG\": 1}",
                "{\"seed\": \"\\u001b[31m\\n\"}"
            })
    void aHostileConfigurationIsRefusedInOneShortLine(String text) throws IOException {
        Path file = folder.resolve("hostile.json");
        Files.write(file, text.replace("LONG", "long".repeat(1000)).getBytes(StandardCharsets.ISO_8859_1));
        Program refused = train("--config=" + file);
        assertThat(refused.exitCode()).isEqualTo(FlopsCommand.WRONG_USAGE);
        assertThat(refused.err().strip())
                .contains("hostile.json")
                .hasSizeLessThan(1000)
                .doesNotContain("\n", "\u001b");
    }

    @Test
    void inspectSaysWhatACheckpointHolds() throws IOException {
        train();
        Program text = Program.run("inspect", checkpoint(24).toString());
        assertThat(text.exitCode()).as(text.err()).isZero();
        assertThat(text.out())
                .contains("training.parameters.head.weight", "F32", "10 × 48", "1,920", "F64", "I64")
                .contains("flops.step = 24", "checkpoint of step 24, intact");
        JsonNode json = mapper.readTree(
                Program.run("inspect", "--json", checkpoint(24).toString()).out());
        assertThat(json.get("checkpoint").longValue()).isEqualTo(24);
        assertThat(json.get("tensors")).hasSizeGreaterThan(40);
        byte[] bytes = Files.readAllBytes(checkpoint(24));
        bytes[bytes.length / 2] ^= 1;
        Files.write(checkpoint(24), bytes);
        Program damaged = Program.run("inspect", checkpoint(24).toString());
        assertThat(damaged.exitCode()).isEqualTo(FlopsCommand.FAILED);
        assertThat(damaged.err().lines()).singleElement().asString().contains("damaged");
    }
}
