package dev.flops.models.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flops.api.StateArrays;
import dev.flops.models.data.InvalidDataException;
import dev.flops.models.weights.SafetensorsFile;
import dev.flops.models.weights.SafetensorsWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointFolderTest {
    /** More than one chunk of the writer, so that a write can fail in the middle of a tensor. */
    private static final int LARGE = 40_000;

    @TempDir
    private Path folder;

    static Checkpoint checkpoint(long step) {
        SplittableRandom random = new SplittableRandom(step);
        StateArrays state = new StateArrays();
        float[] floats = new float[LARGE];
        for (int i = 0; i < LARGE; i++) {
            floats[i] = Float.intBitsToFloat(random.nextInt());
        }
        state.scope("parameters").putFloats("w", floats, 0, List.of(200, LARGE / 200));
        state.putDoubles("d", Double.longBitsToDouble(random.nextLong()), Double.NaN, -0.0, Double.MIN_VALUE);
        state.putDoubles("none");
        state.putLongs("l", random.nextLong(), Long.MIN_VALUE, Long.MAX_VALUE);
        return new Checkpoint(step, state, Map.of("configuration", "{\"step\":" + step + "}"));
    }

    /** Bit for bit, NaN payloads included. */
    static void assertSame(Checkpoint found, Checkpoint expected) {
        assertThat(found.step()).isEqualTo(expected.step());
        assertThat(found.metadata()).isEqualTo(expected.metadata());
        assertThat(found.state().entries().keySet())
                .containsExactlyElementsOf(expected.state().entries().keySet());
        found.state().entries().forEach((name, entry) -> {
            StateArrays.Entry other = expected.state().entries().get(name);
            assertThat(entry.shape()).as(name).isEqualTo(other.shape());
            assertThat(bits(entry)).as(name).isEqualTo(bits(other));
        });
    }

    private static long[] bits(StateArrays.Entry entry) {
        long[] bits = new long[entry.length()];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = switch (entry) {
                case StateArrays.Floats f -> Float.floatToRawIntBits(f.values()[i]);
                case StateArrays.Doubles d -> Double.doubleToRawLongBits(d.values()[i]);
                case StateArrays.Longs l -> l.values()[i];
            };
        }
        return bits;
    }

    private static Checkpoint newest(CheckpointFolder checkpoints) throws IOException {
        return checkpoints
                .newest((file, why) -> {
                    throw new AssertionError(file + " is damaged", why);
                })
                .orElseThrow();
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void everyBitComesBack() throws IOException {
        CheckpointFolder checkpoints = new CheckpointFolder(folder, 3);
        assertThat(checkpoints.newest((file, why) -> {})).isEmpty();
        Path file = checkpoints.write(checkpoint(7));
        assertSame(newest(checkpoints), checkpoint(7));
        assertThat(names()).containsExactly("checkpoint-0000000007.safetensors");
        byte[] first = Files.readAllBytes(file);
        checkpoints.write(checkpoint(7));
        assertThat(Files.readAllBytes(file)).isEqualTo(first);
    }

    @Test
    void theLastFewAreKept() throws IOException {
        CheckpointFolder checkpoints = new CheckpointFolder(folder, 3);
        Files.writeString(folder.resolve("summary.json"), "{}");
        Files.writeString(folder.resolve(".checkpoint-0000000003.safetensors.tmp"), "of a process that was killed");
        for (int step = 0; step < 12; step += 2) {
            checkpoints.write(checkpoint(step));
        }
        assertThat(names())
                .containsExactly(
                        "checkpoint-0000000006.safetensors",
                        "checkpoint-0000000008.safetensors",
                        "checkpoint-0000000010.safetensors",
                        "summary.json");
        assertSame(newest(checkpoints), checkpoint(10));
    }

    /** Every operation in turn: a disk that refuses once, and a process that dies there. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFailureOfAnyOperationLeavesAGoodCheckpoint(boolean forGood) throws IOException {
        int old = 0;
        int fresh = 0;
        boolean failed = true;
        for (int failing = 0; failed; failing++) {
            CheckpointFolder whole = new CheckpointFolder(folder, 1);
            whole.write(checkpoint(100));
            FailingStorage storage = new FailingStorage(failing, forGood);
            try {
                new CheckpointFolder(folder, 1, storage).write(checkpoint(101));
                failed = storage.operations() > failing;
            } catch (IOException e) {
                assertThat(e).hasMessageEndingWith("fails");
            }
            Checkpoint left = newest(whole);
            assertSame(left, checkpoint(left.step()));
            assertThat(left.step()).isBetween(100L, 101L);
            old += left.step() == 100 ? 1 : 0;
            fresh += left.step() == 101 ? 1 : 0;
            // What is left does not stand in the way of the next one.
            whole.write(checkpoint(102));
            assertThat(names()).containsExactly("checkpoint-0000000102.safetensors");
            Files.delete(folder.resolve("checkpoint-0000000102.safetensors"));
        }
        // create, five writes or more, force, close, move fail with the old one; forcing the folder, deleting with the
        // new one.
        assertThat(old).isGreaterThanOrEqualTo(9);
        assertThat(fresh).isGreaterThanOrEqualTo(3);
    }

    @Test
    void aDamagedFileIsToldOfAndTheOneBeforeIsUsed() throws IOException {
        CheckpointFolder checkpoints = new CheckpointFolder(folder, 3);
        checkpoints.write(checkpoint(1));
        Path second = checkpoints.write(checkpoint(2));
        Path third = checkpoints.write(checkpoint(3));
        Files.write(second, new byte[0]);
        byte[] bytes = Files.readAllBytes(third);
        bytes[bytes.length / 2] ^= 4;
        Files.write(third, bytes);
        List<Path> damaged = new ArrayList<>();
        Checkpoint found = checkpoints
                .newest((file, why) -> {
                    assertThat(why).isInstanceOf(InvalidDataException.class);
                    damaged.add(file);
                })
                .orElseThrow();
        assertSame(found, checkpoint(1));
        assertThat(damaged).containsExactly(third, second);
        // The run goes on from step 1: what was refused does not outlive the next checkpoint.
        new CheckpointFolder(folder, 1).write(checkpoint(2));
        assertThat(names()).containsExactly("checkpoint-0000000002.safetensors");
        Files.write(folder.resolve("checkpoint-0000000002.safetensors"), new byte[9]);
        assertThatThrownBy(() -> checkpoints.newest((file, why) -> {}))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("none of 1 checkpoints can be read");
    }

    /** One bit anywhere in the file, the header included; a blank of the padding may become a tab, which says the same. */
    @Test
    void aFlippedBitIsNeverTakenForTheState() throws IOException {
        StateArrays state = new StateArrays();
        state.putFloats("f", 1, 2);
        state.putLongs("l", 3);
        Path file = new CheckpointFolder(folder, 1).write(new Checkpoint(5, state, Map.of("key", "value")));
        byte[] good = Files.readAllBytes(file);
        int refused = 0;
        for (int bit = 0; bit < 8 * good.length; bit++) {
            byte[] bad = good.clone();
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(file, bad);
            try {
                assertSame(Checkpoint.read(file), new Checkpoint(5, state, Map.of("key", "value")));
            } catch (InvalidDataException e) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(8 * good.length - 40);
    }

    @Test
    void aFileOfEveryShorterLengthIsRefused() throws IOException {
        StateArrays state = new StateArrays();
        state.putDoubles("d", 1, 2, 3);
        Path file = new CheckpointFolder(folder, 1).write(new Checkpoint(5, state, Map.of()));
        byte[] good = Files.readAllBytes(file);
        for (int length = 0; length < good.length; length++) {
            Files.write(file, java.util.Arrays.copyOf(good, length));
            assertThatThrownBy(() -> Checkpoint.read(file)).isInstanceOf(InvalidDataException.class);
        }
    }

    @Test
    void anotherVersionOrAnotherFileIsRefused() throws IOException {
        Path file = folder.resolve("other.safetensors");
        try (Storage.Output output = Storage.FILES.create(file)) {
            SafetensorsWriter.write(output, new StateArrays(), Map.of("flops.checkpoint", "2", "flops.step", "1"));
        }
        assertThatThrownBy(() -> Checkpoint.read(file))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("version of the checkpoint = 2, expected 1");
        assertThatThrownBy(() -> new Checkpoint(1, new StateArrays(), Map.of("flops.step", "2")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Checkpoint(-1, new StateArrays(), Map.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "9223372036854775808", "18446744073709551615", "+1", "1e3", ""})
    void aStepThatIsNoneIsRefusedThoughTheDigestIsRight(String step) throws IOException {
        Path good = new CheckpointFolder(folder, 1).write(new Checkpoint(1, new StateArrays(), Map.of()));
        Path file = folder.resolve("signed.safetensors");
        try (SafetensorsFile open = SafetensorsFile.open(good);
                Storage.Output output = Storage.FILES.create(file)) {
            Map<String, String> metadata = new TreeMap<>(open.metadata());
            metadata.put("flops.step", step);
            metadata.remove("flops.sha256");
            metadata.put("flops.sha256", digestOfTexts(metadata));
            SafetensorsWriter.write(output, new StateArrays(), metadata);
        }
        assertThatThrownBy(() -> Checkpoint.read(file))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("flops.step = " + step);
    }

    private static String digestOfTexts(Map<String, String> sorted) {
        var hasher = new ByteArrayOutputStream();
        sorted.forEach((key, value) -> {
            for (String text : List.of(key, value)) {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                hasher.writeBytes(ByteBuffer.allocate(4).putInt(bytes.length).array());
                hasher.writeBytes(bytes);
            }
        });
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(hasher.toByteArray()));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aFolderThatIsAFileOrMissingFailsWithItsName() throws IOException {
        Path missing = folder.resolve("missing");
        assertThatThrownBy(() -> new CheckpointFolder(missing, 1).write(checkpoint(1)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("missing");
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThatThrownBy(() -> new CheckpointFolder(file, 1).write(checkpoint(1)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("file");
        assertThatThrownBy(() -> new CheckpointFolder(folder, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
