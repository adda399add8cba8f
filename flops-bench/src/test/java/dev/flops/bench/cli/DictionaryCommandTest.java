package dev.flops.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flops.models.weights.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DictionaryCommandTest {
    @TempDir
    private Path folder;

    private Path learned(String name, String... more) {
        Path file = folder.resolve("new").resolve(name);
        String[] args = java.util.stream.Stream.concat(
                        java.util.stream.Stream.of(
                                "dictionary", "--words=3", "--patches=300", "--rounds=2", "--out=" + file),
                        java.util.stream.Stream.of(more))
                .toArray(String[]::new);
        Program program = Program.run(args);
        assertThat(program.exitCode()).as(program.err()).isZero();
        assertThat(program.out()).contains("3 words of 300 patches");
        return file;
    }

    @Test
    void writesTheSameFileWhateverTheWidth() throws IOException {
        Path one = learned("one.safetensors");
        assertThat(learned("two.safetensors", "--simd=scalar")).hasSameBinaryContentAs(one);
        assertThat(learned("three.safetensors", "--seed=2")).isRegularFile();
        try (SafetensorsFile file = SafetensorsFile.open(one)) {
            assertThat(file.tensors().get("patches.bias").elements()).isEqualTo(6);
            assertThat(file.metadata())
                    .containsEntry("command", "./flops dictionary --words 3 --patches 300 --rounds 2 --seed 1");
        }
    }

    @Test
    void wrongUsageIsSaid() {
        for (String option : new String[] {"--words=0", "--rounds=0", "--patches=10"}) {
            Program program = Program.run("dictionary", "--out=" + folder.resolve("x"), option);
            assertThat(program.exitCode()).as(option).isEqualTo(FlopsCommand.WRONG_USAGE);
            assertThat(program.err()).contains("expected");
        }
    }
}
