package dev.flops.bench.report;

import dev.flops.models.checkpoint.Checkpoint;
import dev.flops.models.weights.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a safetensors file holds.
 *
 * @param file its name
 * @param checkpoint steps done if it is a checkpoint, whose content is then the one that was written; null if it is none
 * @param bytes of all tensors
 * @param tensors in the order of the header
 * @param metadata free text by key
 */
public record FileContent(
        String file, @Nullable Long checkpoint, long bytes, List<TensorContent> tensors, Map<String, String> metadata) {

    /**
     * One tensor.
     *
     * @param name its name
     * @param dtype element type, in the words of the format
     * @param shape extents, row-major
     * @param bytes of its elements
     */
    public record TensorContent(String name, String dtype, List<Integer> shape, long bytes) {}

    /**
     * Reads a file.
     *
     * @param file the file
     * @return its content
     * @throws dev.flops.models.data.InvalidDataException if it is invalid, or a checkpoint that is damaged
     * @throws IOException if it cannot be read
     */
    public static FileContent of(Path file) throws IOException {
        try (SafetensorsFile open = SafetensorsFile.open(file)) {
            List<TensorContent> tensors = open.tensors().values().stream()
                    .map(t -> new TensorContent(t.name(), t.type().name(), t.shape(), t.end() - t.begin()))
                    .toList();
            return new FileContent(
                    open.name(),
                    Checkpoint.isCheckpoint(open.metadata())
                            ? Checkpoint.read(file).step()
                            : null,
                    tensors.stream().mapToLong(TensorContent::bytes).sum(),
                    tensors,
                    new TreeMap<>(open.metadata()));
        }
    }
}
