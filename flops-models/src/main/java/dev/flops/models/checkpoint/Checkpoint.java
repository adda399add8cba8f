package dev.flops.models.checkpoint;

import dev.flops.api.StateArrays;
import dev.flops.models.data.InvalidDataException;
import dev.flops.models.weights.SafetensorsFile;
import dev.flops.models.weights.SafetensorsWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * The state of a run after a number of steps.
 *
 * <p>As a file: safetensors, with the step, the version of the format and a SHA-256 over everything else in the metadata, under
 * keys that begin with {@value #OWN}. A file with one bit changed is refused.
 *
 * @param step steps done
 * @param state what {@link dev.flops.api.Stateful#saveTo} put
 * @param metadata free text, such as the configuration; no key begins with {@value #OWN}
 */
public record Checkpoint(long step, StateArrays state, Map<String, String> metadata) {
    private static final String OWN = "flops.";
    private static final String VERSION_KEY = OWN + "checkpoint";
    private static final String STEP_KEY = OWN + "step";
    private static final String DIGEST_KEY = OWN + "sha256";
    private static final String VERSION = "1";

    /** Checks the step and the keys, and copies the metadata. */
    public Checkpoint {
        if (step < 0) {
            throw new IllegalArgumentException("step = " + step + ", expected >= 0");
        }
        for (String key : metadata.keySet()) {
            if (key.startsWith(OWN)) {
                throw new IllegalArgumentException("metadata key " + key + ", expected none that begins with " + OWN);
            }
        }
        metadata = Map.copyOf(metadata);
    }

    void write(WritableByteChannel channel) throws IOException {
        Map<String, String> all = new HashMap<>(metadata);
        all.put(VERSION_KEY, VERSION);
        all.put(STEP_KEY, String.valueOf(step));
        all.put(DIGEST_KEY, digest(state, all));
        SafetensorsWriter.write(channel, state, all);
    }

    /**
     * Reads a file.
     *
     * @param file the file
     * @return the checkpoint
     * @throws InvalidDataException if it is none, of a version that this program does not know, or damaged
     * @throws IOException if it cannot be read
     */
    public static Checkpoint read(Path file) throws IOException {
        try (SafetensorsFile open = SafetensorsFile.open(file)) {
            Map<String, String> all = new HashMap<>(open.metadata());
            String version = all.getOrDefault(VERSION_KEY, "none");
            if (!version.equals(VERSION)) {
                throw new InvalidDataException(open.name(), 0, "version of the checkpoint = " + version, VERSION);
            }
            StateArrays state = open.readState();
            String stated = all.getOrDefault(DIGEST_KEY, "none");
            all.remove(DIGEST_KEY);
            String found = digest(state, all);
            if (!stated.equals(found)) {
                throw new InvalidDataException(
                        open.name(), 0, "SHA-256 of the content = " + found, stated + ": the file is damaged");
            }
            return new Checkpoint(step(open.name(), all), state, own(all));
        }
    }

    /**
     * Whether the metadata of a safetensors file say that it is a checkpoint, of whatever version.
     *
     * @param metadata of the file
     * @return true if they do
     */
    public static boolean isCheckpoint(Map<String, String> metadata) {
        return metadata.containsKey(VERSION_KEY);
    }

    private static long step(String file, Map<String, String> metadata) {
        String text = metadata.getOrDefault(STEP_KEY, "none");
        if (!text.matches("[0-9]{1,18}")) {
            throw new InvalidDataException(file, 0, STEP_KEY + " = " + text, "a number of at most 18 digits");
        }
        return Long.parseLong(text);
    }

    private static Map<String, String> own(Map<String, String> all) {
        Map<String, String> metadata = new HashMap<>(all);
        metadata.keySet().removeIf(key -> key.startsWith(OWN));
        return metadata;
    }

    /** Over sorted metadata without the digest itself, then names, types, extents and bits in the order of names. */
    private static String digest(StateArrays state, Map<String, String> metadata) {
        MessageDigest digest = sha256();
        new TreeMap<>(metadata).forEach((key, value) -> {
            update(digest, key);
            update(digest, value);
        });
        state.entries().forEach((name, entry) -> {
            update(digest, name);
            update(digest, entry.getClass().getSimpleName() + entry.shape());
            switch (entry) {
                case StateArrays.Floats floats -> {
                    ByteBuffer bytes = buffer((long) Float.BYTES * floats.length());
                    bytes.asFloatBuffer().put(floats.values());
                    digest.update(bytes);
                }
                case StateArrays.Doubles doubles -> {
                    ByteBuffer bytes = buffer((long) Double.BYTES * doubles.length());
                    bytes.asDoubleBuffer().put(doubles.values());
                    digest.update(bytes);
                }
                case StateArrays.Longs longs -> {
                    ByteBuffer bytes = buffer((long) Long.BYTES * longs.length());
                    bytes.asLongBuffer().put(longs.values());
                    digest.update(bytes);
                }
            }
        });
        return HexFormat.of().formatHex(digest.digest());
    }

    private static ByteBuffer buffer(long bytes) {
        return ByteBuffer.allocate(Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Length first: no two sequences of texts have the same bytes. */
    private static void update(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
        digest.update(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
