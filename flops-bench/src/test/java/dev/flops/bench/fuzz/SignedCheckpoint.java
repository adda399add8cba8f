package dev.flops.bench.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.flops.api.StateArrays;
import dev.flops.models.data.InvalidDataException;
import dev.flops.models.weights.SafetensorsFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts the right digest into a damaged checkpoint, as somebody who means harm would: without it none gets past the digest. */
final class SignedCheckpoint {
    private static final String KEY = "flops.sha256";
    private static final Pattern DIGEST = Pattern.compile('"' + Pattern.quote(KEY) + "\":\"([0-9a-f]{64})\"");

    private SignedCheckpoint() {}

    /** The same file with its own digest; unchanged if it is no safetensors file of a state, or states no digest. */
    static byte[] of(byte[] file) {
        Matcher stated = DIGEST.matcher(new String(file, ISO_8859_1));
        if (stated.find()) {
            try (SafetensorsFile open = SafetensorsFile.read(new ByteArrayInputStream(file), "unsigned", file.length)) {
                byte[] digest = HexFormat.of().formatHex(digest(open)).getBytes(ISO_8859_1);
                System.arraycopy(digest, 0, file, stated.start(1), digest.length);
            } catch (InvalidDataException e) {
                return file;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return file;
    }

    private static byte[] digest(SafetensorsFile file) throws IOException {
        MessageDigest digest = sha256();
        Map<String, String> metadata = new TreeMap<>(file.metadata());
        metadata.remove(KEY);
        metadata.forEach((key, value) -> {
            update(digest, key);
            update(digest, value);
        });
        file.readState().entries().forEach((name, array) -> {
            update(digest, name);
            ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES * array.length()).order(ByteOrder.LITTLE_ENDIAN);
            switch (array) {
                case StateArrays.Floats floats -> {
                    update(digest, "Floats" + floats.shape());
                    for (float value : floats.values()) {
                        bytes.putInt(Float.floatToRawIntBits(value));
                    }
                }
                case StateArrays.Doubles doubles -> {
                    update(digest, "Doubles" + doubles.shape());
                    for (double value : doubles.values()) {
                        bytes.putLong(Double.doubleToRawLongBits(value));
                    }
                }
                case StateArrays.Longs longs -> {
                    update(digest, "Longs" + longs.shape());
                    for (long value : longs.values()) {
                        bytes.putLong(value);
                    }
                }
            }
            digest.update(bytes.flip());
        });
        return digest.digest();
    }

    private static void update(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
        digest.update(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
