package dev.flops.models.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.management.ThreadMXBean;
import dev.flops.api.Parameters;
import dev.flops.models.data.InvalidDataException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files are mapped where that is possible, and what is read does not depend on it. */
class MappedWeightsTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(names = {"F32", "F16", "BF16"})
    void mappedAndReadAreTheSame(DataType type) throws IOException {
        Parameters written = WeightFiles.parameters(
                Map.of("a", new int[] {3, 7}, "b", new int[] {40_001}, "c", new int[] {}), new SplittableRandom(6));
        Path plain = folder.resolve("w.safetensors");
        SafetensorsWriter.write(plain, written, type, Map.of());
        URI zip = URI.create("jar:" + folder.resolve("w.zip").toUri());
        try (FileSystem inZip = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
            Path copy = Files.copy(plain, inZip.getPath("w.safetensors"));
            try (SafetensorsFile mapped = SafetensorsFile.open(plain);
                    SafetensorsFile read = SafetensorsFile.open(copy)) {
                assertThat(mapped.isMapped()).isTrue();
                assertThat(read.isMapped()).isFalse();
                assertThat(WeightFiles.all(mapped)).hasSize(3);
                WeightFiles.all(mapped).forEach((name, values) -> {
                    assertThat(WeightFiles.values(read, name)).isEqualTo(values);
                    assertThat(values.length).isEqualTo(written.get(name).length());
                    if (type == DataType.F32) {
                        assertThat(values).isEqualTo(WeightFiles.values(written, name));
                    }
                });
            }
        }
    }

    /** Five gigabytes, nearly all of them a hole: offsets beyond 2³², and memory for what is asked for alone. */
    @Test
    void farOffsets() throws IOException {
        long big = 4L << 30;
        String json = "{\"big\":{\"dtype\":\"F32\",\"shape\":[1024,1024,1024],\"data_offsets\":[0," + big + "]},"
                + "\"last\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[" + big + "," + (big + 12) + "]}}";
        Path file = folder.resolve("sparse.safetensors");
        ByteBuffer head = ByteBuffer.allocate(8 + json.length()).order(ByteOrder.LITTLE_ENDIAN);
        head.putLong(json.length()).put(json.getBytes(StandardCharsets.US_ASCII));
        ByteBuffer last = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        last.putFloat(1.5f).putFloat(-2).putFloat(3);
        try (FileChannel out = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            out.write(head.flip(), 0);
            out.write(last.flip(), head.capacity() + big);
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        // The first time loads the classes of memory segments, megabytes that no file decides.
        SafetensorsFile.open(file).close();
        long before = threads.getCurrentThreadAllocatedBytes();
        try (SafetensorsFile weights = SafetensorsFile.open(file)) {
            assertThat(WeightFiles.values(weights, "last")).containsExactly(1.5f, -2, 3);
            assertThat(weights.tensors().get("big").elements()).isEqualTo(1 << 30);
        }
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(4 << 20);
    }

    /** A tensor goes into the caller's array, with one buffer on the way. */
    @Test
    void readingTakesNoSecondCopy() throws IOException {
        Parameters written = WeightFiles.parameters(Map.of("a", new int[] {4 << 20}), new SplittableRandom(6));
        Path file = folder.resolve("w.safetensors");
        SafetensorsWriter.write(file, written, DataType.F32, Map.of());
        float[] out = new float[4 << 20];
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (SafetensorsFile weights = SafetensorsFile.open(file)) {
            weights.readInto("a", out, 0);
            long before = threads.getCurrentThreadAllocatedBytes();
            weights.readInto("a", out, 0);
            assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1 << 20);
        }
        assertThat(Arrays.equals(out, written.values())).isTrue();
    }

    @Test
    void aClosedFileIsClosed() throws IOException {
        Path file = folder.resolve("w.safetensors");
        SafetensorsWriter.write(file, Parameters.ofVector(1, 2), DataType.F32, Map.of());
        SafetensorsFile weights = SafetensorsFile.open(file);
        String name = weights.tensors().keySet().iterator().next();
        weights.close();
        weights.close();
        assertThatExceptionOfType(ClosedChannelException.class)
                .isThrownBy(() -> weights.readInto(name, new float[2], 0));
    }

    @Test
    void aFileThatShrinksIsAnIOException() throws IOException {
        Parameters written = WeightFiles.parameters(Map.of("a", new int[] {1 << 16}), new SplittableRandom(6));
        Path file = folder.resolve("w.safetensors");
        SafetensorsWriter.write(file, written, DataType.F32, Map.of());
        try (SafetensorsFile weights = SafetensorsFile.open(file)) {
            try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
                out.truncate(100);
            }
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> weights.readInto("a", new float[1 << 16], 0))
                    .withMessageContaining("became shorter");
        }
    }

    /** A mapping that is left behind counts against a limit of the process, and ends it when the limit is reached. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aRefusedFileStaysMappedNowhere() throws IOException {
        Path file = folder.resolve("refused-weights.safetensors");
        Files.write(file, new byte[4096]);
        assertThatExceptionOfType(InvalidDataException.class).isThrownBy(() -> SafetensorsFile.open(file));
        assertThat(Files.readString(Path.of("/proc/self/maps"))).doesNotContain("refused-weights");
    }
}
