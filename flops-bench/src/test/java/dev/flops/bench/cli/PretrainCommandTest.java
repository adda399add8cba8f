package dev.flops.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flops.models.vision.PretrainedVit;
import dev.flops.models.vision.VisionTransformer;
import dev.flops.models.weights.SafetensorsFile;
import dev.flops.models.weights.WeightLoader;
import dev.flops.models.weights.WeightNames;
import dev.flops.tensor.network.Network;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PretrainCommandTest {
    @TempDir
    private Path folder;

    private Path pretrained(String name, String... more) {
        Path file = folder.resolve("new").resolve(name);
        String[] args = java.util.stream.Stream.concat(
                        java.util.stream.Stream.of("pretrain", "--epochs=1", "--batch=750", "--out=" + file),
                        java.util.stream.Stream.of(more))
                .toArray(String[]::new);
        Program program = Program.run(args);
        assertThat(program.exitCode()).as(program.err()).isZero();
        assertThat(program.out()).contains("epoch 1 of 1: loss ").contains(" on 2,000 test examples");
        return file;
    }

    @Test
    void writesTheSameFileWhateverTheThreads() throws IOException {
        Path one = pretrained("one.safetensors", "--threads=1");
        Path two = pretrained("two.safetensors", "--threads=3");
        assertThat(two).hasSameBinaryContentAs(one);
        Network network = VisionTransformer.create(PretrainedVit.CONFIG, 7);
        try (SafetensorsFile file = SafetensorsFile.open(one)) {
            WeightLoader.load(file, network.parameters(), WeightNames.same()).requireComplete("one");
            assertThat(file.metadata())
                    .containsEntry(
                            "command",
                            "./flops pretrain --epochs 1 --batch 750 --lr 0.002 --weight-decay 0.05 --seed 1");
        }
    }

    @Test
    void wrongUsageIsSaid() {
        for (String option : new String[] {"--epochs=0", "--batch=0", "--batch=6001", "--lr=0", "--weight-decay=-1"}) {
            Program program = Program.run("pretrain", "--out=" + folder.resolve("x"), option);
            assertThat(program.exitCode()).as(option).isEqualTo(FlopsCommand.WRONG_USAGE);
            assertThat(program.err()).contains("expected");
        }
    }
}
