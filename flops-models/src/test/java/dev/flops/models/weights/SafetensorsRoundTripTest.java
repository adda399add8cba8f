package dev.flops.models.weights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flops.api.Parameters;
import dev.flops.api.Parameters.Parameter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsRoundTripTest {
    @TempDir
    Path folder;

    @Test
    void everyTypeAndShape() throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        for (int trial = 0; trial < 70; trial++) {
            Parameters.Builder builder = Parameters.builder();
            int count = 1 + random.nextInt(5);
            for (int i = 0; i < count; i++) {
                int[] shape = random.ints(random.nextInt(5), 1, 6).toArray();
                builder.add("tensor \"" + i + "\"\n\u00e9\ud83d\ude00", shape);
            }
            if (trial == 0) {
                builder.add("longer than a buffer", 3, 20_011);
            }
            Parameters written = builder.build();
            for (int i = 0; i < written.dimension(); i++) {
                written.values()[i] = Float.intBitsToFloat(random.nextInt()); // All kinds, NaN among them.
            }
            for (DataType type : List.of(DataType.F32, DataType.F16, DataType.BF16)) {
                check(written, type, Map.of("a", "1", "\u0001\"\\", "\ud83d\ude00\t", "", ""));
            }
        }
    }

    private void check(Parameters written, DataType type, Map<String, String> metadata) throws IOException {
        Path file = folder.resolve("weights.safetensors");
        SafetensorsWriter.write(file, written, type, metadata);
        try (SafetensorsFile read = SafetensorsFile.open(file)) {
            assertThat(read.metadata()).isEqualTo(metadata);
            assertThat(read.tensors().keySet())
                    .containsExactlyElementsOf(
                            written.list().stream().map(Parameter::name).toList());
            for (Parameter p : written.list()) {
                assertThat(read.tensors().get(p.name()).shape()).isEqualTo(p.shape());
                assertThat(read.tensors().get(p.name()).type()).isEqualTo(type);
                float[] values = WeightFiles.values(read, p.name());
                for (int i = 0; i < values.length; i++) {
                    float expected = type.decode(type.encode(written.values()[p.offset() + i]));
                    assertThat(Float.floatToRawIntBits(values[i])).isEqualTo(Float.floatToRawIntBits(expected));
                }
            }
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void whatAnIndependentWriterWrote() throws IOException {
        try (InputStream in = getClass().getResourceAsStream("numpy.safetensors");
                SafetensorsFile file = SafetensorsFile.read(in, "numpy.safetensors", 1 << 16)) {
            assertThat(file.metadata())
                    .isEqualTo(Map.of("format", "pt", "written by", "numpy \u00e4 \ud83d\ude00 \"\\\n"));
            assertThat(file.tensors().keySet()).containsExactly("a.single", "brain", "empty", "scalar", "z.half");
            assertThat(WeightFiles.values(file, "a.single"))
                    .containsExactly(0f, -0f, 1.5f, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 1e-42f);
            assertThat(WeightFiles.values(file, "brain")).containsExactly(1f, -123.5f, 0x1p-133f, 0x1.fep127f);
            assertThat(file.tensors().get("brain").shape()).isEqualTo(List.of(2, 1, 2));
            assertThat(file.tensors().get("empty").shape()).isEqualTo(List.of(0, 3));
            assertThat(WeightFiles.values(file, "empty")).isEmpty();
            assertThat(file.tensors().get("scalar").shape()).isEmpty();
            assertThat(WeightFiles.values(file, "scalar")).containsExactly((float) Math.PI);
            float[] half = WeightFiles.values(file, "z.half");
            for (int i = 0; i < 16; i++) {
                assertThat(half[i]).isEqualTo((i - 8) / 3f, org.assertj.core.data.Offset.offset(0x1p-10f));
            }
        }
    }

    @Test
    void aFailedWriteLeavesTheOldFile() throws IOException {
        Path target = folder.resolve("weights.safetensors");
        Files.createDirectory(target);
        Files.writeString(target.resolve("kept"), "kept");
        org.assertj.core.api.Assertions.assertThatThrownBy(
                        () -> SafetensorsWriter.write(target, Parameters.ofVector(1, 2), DataType.F32, Map.of()))
                .isInstanceOf(IOException.class);
        assertThat(target.resolve("kept")).hasContent("kept");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(target);
        }
    }
}
