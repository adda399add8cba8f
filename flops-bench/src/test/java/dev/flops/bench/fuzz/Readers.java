package dev.flops.bench.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.flops.api.LabelledExamples;
import dev.flops.api.StateArrays;
import dev.flops.bench.cli.ConfigurationFiles;
import dev.flops.bench.fuzz.FuzzedReader.Framing;
import dev.flops.bench.fuzz.FuzzedReader.Parser;
import dev.flops.bench.task.UsageException;
import dev.flops.models.checkpoint.Checkpoint;
import dev.flops.models.checkpoint.CheckpointFolder;
import dev.flops.models.data.Cifar;
import dev.flops.models.data.IdxArray;
import dev.flops.models.data.IdxDataset;
import dev.flops.models.data.IdxReader;
import dev.flops.models.data.InvalidDataException;
import dev.flops.models.data.Normalization;
import dev.flops.models.data.NpyArray;
import dev.flops.models.data.NpyDataset;
import dev.flops.models.data.NpyReader;
import dev.flops.models.weights.SafetensorsFile;
import dev.flops.models.weights.ShardedWeights;
import dev.flops.models.weights.WeightSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/** All readers of untrusted files. A new one is one line of {@link #all}. */
final class Readers {
    /** Names of those to be tested, a regular expression. */
    static final String CHOSEN = System.getProperty("flops.fuzz.readers", ".*");

    private static final String WEIGHTS = "{\"__metadata__\":{\"format\":\"pt\",\"\\u00e9\":\"\\ud83d\\ude00\"},"
            + "\"a\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]},"
            + "\"b.c\":{\"dtype\":\"F16\",\"shape\":[4],\"data_offsets\":[24,32]},"
            + "\"s\":{\"dtype\":\"BF16\",\"shape\":[],\"data_offsets\":[32,34]},"
            + "\"e\":{\"dtype\":\"F32\",\"shape\":[0,7],\"data_offsets\":[34,34]},"
            + "\"d\":{\"dtype\":\"BF16\",\"shape\":[1,5,1],\"data_offsets\":[34,44]}}";
    private static final String STATE = "{\"x\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[0,16]},"
            + "\"y.z\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[16,24]}, \"__metadata__\" : {} }";
    private static final String INDEX = "{\"metadata\":{\"total_size\":88},\"weight_map\":{"
            + "\"p\":\"model-1.safetensors\",\"q\":\"model-1.safetensors\",\"r\":\"model-2.safetensors\"}}";

    private Readers() {}

    /** The readers; some read a file of {@code folder}, which is written anew for each case. */
    static List<FuzzedReader> all(Path folder) throws IOException {
        Parser shards = index(Files.createDirectory(folder.resolve("shards")));
        Parser json = file(folder.resolve("options.json"), ConfigurationFiles::read);
        Parser properties = file(folder.resolve("options.properties"), ConfigurationFiles::read);
        return List.of(
                reader("safetensors", weights(), Framings.SAFETENSORS, Readers::readWeights),
                new FuzzedReader(
                        "sharded-weights",
                        List.of(INDEX.getBytes(UTF_8)),
                        Framing.NONE,
                        shards,
                        Set.of(InvalidDataException.class, NoSuchFileException.class)),
                reader("idx", images(), Framings.GZIP, Readers::readImages),
                reader("cifar", cifar(), Framing.NONE, Readers::readCifar),
                reader("npy", arrays(), Framings.NPY, Readers::readArray),
                reader(
                        "checkpoint",
                        checkpoints(Files.createDirectory(folder.resolve("checkpoints"))),
                        Framings.CHECKPOINT,
                        file(folder.resolve("checkpoint"), Checkpoint::read)),
                configuration("configuration-json", ConfigurationFiles.JSON, json),
                configuration("configuration-properties", ConfigurationFiles.PROPERTIES, properties));
    }

    private static FuzzedReader reader(String name, List<byte[]> contents, Framing framing, Parser parser) {
        return new FuzzedReader(name, contents, framing, parser, Set.of(InvalidDataException.class));
    }

    private static FuzzedReader configuration(String name, List<String> texts, Parser parser) {
        List<byte[]> contents = texts.stream().map(text -> text.getBytes(UTF_8)).toList();
        return new FuzzedReader(name, contents, Framing.NONE, parser, Set.of(UsageException.class));
    }

    private interface FileParser {
        void parse(Path file) throws Exception;
    }

    /** Writes over what is there: a file system may write a file that was emptied first to the disk at once. */
    private static Parser file(Path file, FileParser parser) {
        return bytes -> {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(bytes));
                channel.truncate(bytes.length);
            }
            parser.parse(file);
        };
    }

    private static byte[] withData(String header, int bytes) {
        byte[] json = header.getBytes(UTF_8);
        byte[] content = Arrays.copyOf(json, json.length + bytes);
        for (int i = json.length; i < content.length; i++) {
            content[i] = (byte) (i % 97);
        }
        return content;
    }

    private static List<byte[]> weights() {
        return List.of(withData(WEIGHTS, 44), withData(STATE, 24), withData("{}", 0));
    }

    private static void readWeights(byte[] file) throws IOException {
        try (SafetensorsFile weights = SafetensorsFile.read(new ByteArrayInputStream(file), "weights", 1 << 20)) {
            if (weights.tensors().values().stream()
                    .allMatch(tensor -> tensor.type().isWeight())) {
                readAll(weights);
            } else {
                weights.readState();
            }
        }
    }

    private static void readAll(WeightSource weights) throws IOException {
        for (var tensor : weights.tensors().values()) {
            weights.readInto(tensor.name(), new float[tensor.elements()], 0);
        }
    }

    private static Parser index(Path folder) throws IOException {
        String entry = "{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[%d,%d]}";
        String first = "{\"p\":" + entry.formatted(0, 12) + ",\"q\":" + entry.formatted(12, 24) + "}";
        String second = "{\"r\":" + entry.formatted(0, 12) + "}";
        var random = new SplittableRandom(1);
        Files.write(folder.resolve("model-1.safetensors"), Framings.SAFETENSORS.frame(withData(first, 24), random));
        Files.write(folder.resolve("model-2.safetensors"), Framings.SAFETENSORS.frame(withData(second, 12), random));
        return file(folder.resolve("model.safetensors.index.json"), path -> {
            try (ShardedWeights weights = ShardedWeights.open(path)) {
                readAll(weights);
                weights.metadata();
            }
        });
    }

    /** An array, plain, of numbers below the modulus. */
    private static byte[] array(int modulus, int... shape) {
        int length = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        ByteBuffer content = ByteBuffer.allocate(4 + 4 * shape.length + length).putInt(0x0800 + shape.length);
        Arrays.stream(shape).forEach(content::putInt);
        for (int i = 0; i < length; i++) {
            content.put((byte) (i % modulus));
        }
        return content.array();
    }

    /** Labels, images of one and of three channels, and eight by eight pixels as the embedded digits have them. */
    private static List<byte[]> images() {
        return List.of(array(10, 12), array(256, 12, 2, 2), array(256, 12, 2, 2, 3), array(17, 12, 8, 8));
    }

    /** An array, then a data set of it where it may be images or labels of one. */
    private static void readImages(byte[] file) throws IOException {
        IdxArray array = IdxReader.read(new ByteArrayInputStream(file), "images");
        IdxArray other = IdxReader.read(
                new ByteArrayInputStream(array.rank() == 1 ? array(256, 12, 2, 2) : array(10, 12)), "other");
        IdxArray pixels = array.rank() == 1 ? other : array;
        readWhole(IdxDataset.of(pixels, array.rank() == 1 ? array : other, 10, Normalization.none()));
    }

    /** Two images of CIFAR-10: a label, then the planes. */
    private static List<byte[]> cifar() {
        byte[] file = new byte[2 * (1 + Cifar.CHANNELS * Cifar.SIDE * Cifar.SIDE)];
        for (int i = 0; i < file.length; i++) {
            file[i] = (byte) (i % 7);
        }
        return List.of(file);
    }

    private static void readCifar(byte[] file) throws IOException {
        readWhole(Cifar.read(
                new ByteArrayInputStream(file), "images", Cifar.Labels.CIFAR_10, List.of(Normalization.none())));
    }

    /** Images of bytes, vectors of doubles and of longs, each as NumPy writes them. */
    private static List<byte[]> arrays() {
        String header = "{'descr': '%s', 'fortran_order': False, 'shape': %s, }\n";
        return List.of(
                withData(header.formatted("|u1", "(2, 2, 2)"), 8),
                withData(header.formatted(">f8", "(2, 1)"), 16),
                withData(header.formatted("<i8", "(2, 1)"), 16));
    }

    /** An array, then a data set where it may be the features of one. */
    private static void readArray(byte[] file) throws IOException {
        NpyArray array = NpyReader.read(new ByteArrayInputStream(file), "array");
        for (int i = 0; i < array.length(); i++) {
            double value = array.getDouble(i);
            if (array.type().isInteger() && (double) array.getLong(i) != value) {
                throw new AssertionError("element " + i + " = " + value);
            }
        }
        byte[] labels = withData("{'descr': '<i4', 'fortran_order': False, 'shape': (2,), }\n", 0);
        NpyArray zeros = NpyReader.read(
                new ByteArrayInputStream(
                        Framings.NPY.frame(Arrays.copyOf(labels, labels.length + 8), new SplittableRandom(1))),
                "labels");
        readWhole(NpyDataset.of(array, zeros, List.of(Normalization.none())));
    }

    private static void readWhole(LabelledExamples data) {
        float[] features = new float[data.exampleLength()];
        for (int i = 0; i < data.size(); i++) {
            data.readInto(i, features, 0);
            if (data.label(i) < 0 || data.label(i) >= data.classes()) {
                throw new AssertionError("label " + data.label(i));
            }
        }
    }

    private static List<byte[]> checkpoints(Path folder) throws IOException {
        StateArrays state = new StateArrays();
        state.putFloats("training.parameters.head.weight", new float[] {1, -2, 3, Float.NaN, 0, 6}, 0, List.of(2, 3));
        state.putDoubles("training.allocator.s", 0.5, Double.NEGATIVE_INFINITY);
        state.putLongs("training.steps", 7);
        Path some = new CheckpointFolder(folder, 2)
                .write(new Checkpoint(7, state, Map.of("options", "{\"seed\":\"1\"}", "configuration", "{}")));
        Path none = new CheckpointFolder(folder, 2).write(new Checkpoint(8, new StateArrays(), Map.of()));
        return List.of(withoutLength(some), withoutLength(none));
    }

    /** The content of a file: header, without the blanks that align it, and data. */
    private static byte[] withoutLength(Path safetensors) throws IOException {
        ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(safetensors)).order(ByteOrder.LITTLE_ENDIAN);
        byte[] header = new byte[Math.toIntExact(file.getLong())];
        file.get(header);
        byte[] json = new String(header, UTF_8).stripTrailing().getBytes(UTF_8);
        return ByteBuffer.allocate(json.length + file.remaining())
                .put(json)
                .put(file)
                .array();
    }
}
