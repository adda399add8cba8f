package dev.flops.models.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flops.api.Parameters;
import dev.flops.models.data.InvalidDataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardedWeightsTest {
    @TempDir
    Path folder;

    private final Parameters first = WeightFiles.parameters(Map.of("a", new int[] {2, 3}), new SplittableRandom(1));
    private final Parameters second = WeightFiles.parameters(Map.of("b", new int[] {4}), new SplittableRandom(2));

    @BeforeEach
    void write() throws IOException {
        SafetensorsWriter.write(folder.resolve("one.safetensors"), first, DataType.F32, Map.of("k", "1"));
        SafetensorsWriter.write(folder.resolve("two.safetensors"), second, DataType.F32, Map.of("k", "2", "l", "3"));
    }

    private ShardedWeights open(String map) throws IOException {
        Path index = folder.resolve("model.safetensors.index.json");
        Files.writeString(index, "{\"metadata\":{\"total_size\":40.0},\"weight_map\":" + map.replace('\'', '"') + "}");
        return ShardedWeights.open(index);
    }

    @Test
    void filesAreJoined() throws IOException {
        try (ShardedWeights weights = open("{'b':'two.safetensors','a':'one.safetensors'}")) {
            assertThat(weights.tensors().keySet()).containsExactly("b", "a");
            assertThat(WeightFiles.values(weights, "a")).isEqualTo(first.values());
            assertThat(WeightFiles.values(weights, "b")).isEqualTo(second.values());
            assertThat(weights.metadata()).isEqualTo(Map.of("k", "2", "l", "3"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "{'a':1}",
                "{'a':'../one.safetensors'}",
                "{'a':'/etc/passwd'}",
                "{'a':'sub/one.safetensors'}",
                "{'a':'sub\\\\one.safetensors'}",
                "{'a':'.hidden'}",
                "{'a':''}",
                "{'a':'one.safetensors','b':'one.safetensors'}",
                "{'a':'one.safetensors','a':'one.safetensors'}",
                "{'b':'two.safetensors','c':'two.safetensors'}",
                "{'a':'two.safetensors','b':'two.safetensors'}",
            })
    void anIndexThatDoesNotFitIsRefused(String map) {
        assertThatThrownBy(() -> open(map)).isInstanceOf(InvalidDataException.class);
    }

    @Test
    void aTensorThatTheIndexDoesNotName() throws IOException {
        Parameters both =
                WeightFiles.parameters(Map.of("a", new int[] {1}, "extra", new int[] {1}), new SplittableRandom(3));
        SafetensorsWriter.write(folder.resolve("one.safetensors"), both, DataType.F32, Map.of());
        assertThatThrownBy(() -> open("{'a':'one.safetensors'}"))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("tensor extra");
    }

    @Test
    void aLongNameDoesNotFloodTheMessage() {
        assertThatThrownBy(() -> open("{'" + "a".repeat(100_000) + "':'one.safetensors'}"))
                .isInstanceOf(InvalidDataException.class)
                .extracting(e -> e.getMessage().length())
                .matches(length -> length < 500);
    }

    @Test
    void aMissingFile() {
        assertThatThrownBy(() -> open("{'a':'three.safetensors'}")).isInstanceOf(NoSuchFileException.class);
    }
}
