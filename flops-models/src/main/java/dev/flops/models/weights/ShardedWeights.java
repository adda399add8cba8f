package dev.flops.models.weights;

import dev.flops.models.data.InvalidDataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Weights split over several safetensors files of one folder, joined by an index ({@code model.safetensors.index.json}):
 *
 * <pre>
 *   {"metadata": {...}, "weight_map": {tensor: "model-00001-of-00002.safetensors", ...}}
 * </pre>
 *
 * <p>The index must name every tensor of every file it names, with the file that holds it, and file names must be plain: nothing
 * outside the folder of the index is opened.
 */
public final class ShardedWeights implements WeightSource {
    private static final int MAX_SHARDS = 1000;

    private final String name;
    private final Map<String, SafetensorsFile> files;
    private final Map<String, SafetensorsFile> fileOfTensor = new LinkedHashMap<>();
    private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();

    private ShardedWeights(String name, Map<String, SafetensorsFile> files, Map<String, String> fileNames) {
        this.name = name;
        this.files = files;
        fileNames.forEach((tensor, fileName) -> {
            SafetensorsFile file = files.get(fileName);
            StoredTensor stored = file == null ? null : file.tensors().get(tensor);
            if (file == null || stored == null) {
                throw new InvalidDataException(
                        name, 0, "weight_map." + tensor + " = " + fileName, "a file that holds it");
            }
            fileOfTensor.put(tensor, file);
            tensors.put(tensor, stored);
        });
        files.forEach((fileName, file) -> file.tensors().keySet().forEach(tensor -> {
            if (!fileName.equals(fileNames.get(tensor))) {
                throw new InvalidDataException(
                        fileName, 0, "tensor " + tensor, "only tensors that " + name + " finds here");
            }
        }));
    }

    /**
     * Opens an index and its files.
     *
     * @param index the index
     * @return the open weights; close them
     * @throws InvalidDataException if the content of a file is invalid or the files do not belong together
     * @throws IOException if a file cannot be read
     */
    public static ShardedWeights open(Path index) throws IOException {
        String name = String.valueOf(index.getFileName());
        Map<String, String> fileNames = readIndex(index, name);
        Map<String, SafetensorsFile> files = new LinkedHashMap<>();
        try {
            for (String fileName : fileNames.values()) {
                if (!files.containsKey(fileName)) {
                    files.put(fileName, SafetensorsFile.open(index.resolveSibling(fileName)));
                }
                if (files.size() > MAX_SHARDS) {
                    throw new InvalidDataException(name, 0, "more files than " + MAX_SHARDS, "at most " + MAX_SHARDS);
                }
            }
            return new ShardedWeights(name, files, fileNames);
        } catch (IOException | RuntimeException e) {
            closeAll(files);
            throw e;
        }
    }

    private static Map<String, String> readIndex(Path index, String name) throws IOException {
        byte[] json;
        try (var in = Files.newInputStream(index)) {
            json = in.readNBytes(Header.MAX_LENGTH);
            if (in.read() >= 0) {
                throw new InvalidDataException(name, Header.MAX_LENGTH, "more bytes", "at most " + Header.MAX_LENGTH);
            }
        }
        Object map = JsonText.parseObject(name, 0, json).get("weight_map");
        if (!(map instanceof Map<?, ?> entries) || entries.isEmpty()) {
            throw new InvalidDataException(name, 0, "weight_map", "an object of file names");
        }
        Map<String, String> fileNames = new LinkedHashMap<>();
        entries.forEach((tensor, file) -> {
            if (!(file instanceof String fileName) || !isPlain(fileName)) {
                throw new InvalidDataException(
                        name, 0, "weight_map." + tensor, "the name of a file in the same folder");
            }
            fileNames.put(String.valueOf(tensor), fileName);
        });
        return fileNames;
    }

    /** A name of letters, digits, '.', '_' and '-' that does not begin with a dot. */
    private static boolean isPlain(String fileName) {
        return fileName.matches("[A-Za-z0-9_-][A-Za-z0-9._-]{0,254}");
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Map<String, StoredTensor> tensors() {
        return Collections.unmodifiableMap(tensors);
    }

    /** {@inheritDoc} Those of all files; where two have the same key, of the first. */
    @Override
    public Map<String, String> metadata() {
        Map<String, String> all = new LinkedHashMap<>();
        files.values().forEach(file -> file.metadata().forEach(all::putIfAbsent));
        return Collections.unmodifiableMap(all);
    }

    @Override
    public void readInto(String tensorName, float[] out, int offset) throws IOException {
        SafetensorsFile file = fileOfTensor.get(tensorName);
        if (file == null) {
            throw new IllegalArgumentException("name = " + tensorName + ", expected a tensor of " + name);
        }
        file.readInto(tensorName, out, offset);
    }

    @Override
    public void close() throws IOException {
        closeAll(files);
    }

    private static void closeAll(Map<String, SafetensorsFile> files) throws IOException {
        for (SafetensorsFile file : files.values()) {
            file.close();
        }
    }
}
