package dev.flops.bench.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OnnxModelTest {
    /** W (3, 2), small whole numbers: products are exact. */
    private static final byte[] GRAPH = OnnxGraph.product(new float[] {1, 2, 3, 4, 5, 6}, 3, 2, true);

    @TempDir
    private Path folder;

    @Test
    void runsRowsOfAFile() throws IOException {
        Path file = Files.write(folder.resolve("product.onnx"), GRAPH);
        try (OnnxModel model = OnnxModel.open(file, "x", "y", 3)) {
            assertThat(model.inputLength()).isEqualTo(3);
            assertThat(model.outputLength()).isEqualTo(2);
            float[] outputs = new float[6];
            model.run(new float[] {1, 0, 0, 0, 1, 0, 1, 10, 100}, 3, outputs);
            assertThat(outputs).containsExactly(1, 2, 3, 4, 531, 642);
        }
    }

    @Test
    void aMissingModelIsNamed() {
        Path file = folder.resolve("none.onnx");
        assertThatThrownBy(() -> OnnxModel.open(file, "x", "y", 3))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("none.onnx");
    }

    @Test
    void whatIsNoGraphIsRefused() {
        assertThatThrownBy(() -> OnnxModel.of("junk.onnx", new byte[] {1, 2, 3}, "x", "y", 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("junk.onnx")
                .hasMessageContaining("expected an ONNX graph");
    }

    @Test
    void wrongNamesAreRefusedWithTheRightOnes() {
        assertThatThrownBy(() -> OnnxModel.of("g", GRAPH, "image", "y", 3))
                .hasMessage("input = image, expected one of [x]");
        assertThatThrownBy(() -> OnnxModel.of("g", GRAPH, "x", "logits", 3))
                .hasMessage("output = logits, expected one of [y]");
    }

    @Test
    void wrongShapesAreRefused() {
        assertThatThrownBy(() -> OnnxModel.of("g", GRAPH, "x", "y", 4))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("shape = [4]")
                .hasMessageContaining("[-1, 3]");
        assertThatThrownBy(() -> OnnxModel.of("g", GRAPH, "x", "y", 3, 1)).hasMessageContaining("shape = [3, 1]");
        byte[] fixed = OnnxGraph.product(new float[] {1, 2, 3, 4, 5, 6}, 3, 2, false);
        assertThatThrownBy(() -> OnnxModel.of("g", fixed, "x", "y", 3)).hasMessageContaining("[2, 3]");
    }

    @Test
    void wrongLengthsAreRefused() {
        try (OnnxModel model = OnnxModel.of("g", GRAPH, "x", "y", 3)) {
            assertThatThrownBy(() -> model.run(new float[5], 2, new float[4]))
                    .hasMessage("inputs.length = 5, expected 6");
            assertThatThrownBy(() -> model.run(new float[6], 2, new float[3]))
                    .hasMessage("outputs.length = 3, expected 4");
        }
    }
}
