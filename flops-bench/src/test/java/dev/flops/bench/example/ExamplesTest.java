package dev.flops.bench.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.flops.bench.blackbox.OnnxGraph;
import dev.flops.bench.blackbox.OnnxModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ExamplesTest {
    @Test
    void aNetworkOfOnesOwnLearns() {
        assertThat(MinimalExample.train().accuracy()).isGreaterThan(0.9);
    }

    @Test
    void aBlackBoxIsFitted() {
        float[] theta = BlackBoxExample.fit();
        assertThat(theta[0]).isCloseTo(2.5f, within(0.05f));
        assertThat(theta[1]).isCloseTo(0.3f, within(0.05f));
    }

    /** Scores y = x of two numbers; labels say 1 although the first number is larger by 0.5: the prompt turns that round. */
    @Test
    void aModelOfOnesOwnIsPrompted(@TempDir Path folder) throws IOException {
        byte[] identity = OnnxGraph.product(new float[] {1, 0, 0, 1}, 2, 2, true);
        float[][] inputs = {{0.5f, 0}, {1.5f, 1}, {0, -0.5f}, {2, 1.5f}};
        int[] labels = {1, 1, 1, 1};
        Path journal = folder.resolve("journal.txt");
        try (OnnxModel model = OnnxModel.of("identity", identity, "x", "y", 2)) {
            float[] prompt = YourOwnModelExample.tune(model, inputs, labels, 40, journal);
            assertThat(prompt[1] - prompt[0]).isGreaterThan(0.5f);
            assertThat(YourOwnModelExample.tune(model, inputs, labels, 40, journal))
                    .containsExactly(prompt);
        }
        assertThat(Files.readAllLines(journal)).hasSize(1 + 40 * 64);
    }
}
