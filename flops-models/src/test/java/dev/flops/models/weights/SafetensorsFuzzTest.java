package dev.flops.models.weights;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.flops.models.data.InvalidDataException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Mutated files are read, or refused with the documented exception; nothing else is thrown. */
class SafetensorsFuzzTest {
    private static final int TRIES = 40_000;
    private static final int DATA = 44;
    /** What reading a file of some hundred bytes may allocate: a buffer of 64 KiB for each tensor is the most of it. */
    private static final long MOST_BYTES = 2 << 20;

    private static final String JSON = "{\"__metadata__\":{\"format\":\"pt\",\"\\u00e9\":\"\\ud83d\\ude00\"},"
            + "\"a\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]},"
            + "\"b.c\":{\"dtype\":\"F16\",\"shape\":[4],\"data_offsets\":[24,32]},"
            + "\"s\":{\"dtype\":\"BF16\",\"shape\":[],\"data_offsets\":[32,34]},"
            + "\"d\":{\"dtype\":\"BF16\",\"shape\":[1,5,1],\"data_offsets\":[34,44]}}";
    private static final String[] TOKENS = {
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "\"",
        "\\",
        "\\u",
        "0",
        "-",
        "1",
        "9223372036854775807",
        "1e999",
        "0.5",
        "null",
        "true",
        "\"a\"",
        "\"dtype\"",
        "\"shape\"",
        "\"data_offsets\"",
        "__metadata__",
        "F16",
        "F64",
        " ",
        "\n",
        "\u0000",
        "\u00e9"
    };

    @Test
    void mutatedHeaders() {
        SplittableRandom random = new SplittableRandom(20);
        int read = 0;
        for (int i = 0; i < TRIES; i++) {
            StringBuilder json = new StringBuilder(JSON);
            int edits = 1 + random.nextInt(3);
            for (int edit = 0; edit < edits; edit++) {
                edit(json, random);
            }
            byte[] file =
                    WeightFiles.file(json.toString(), DATA + (random.nextInt(8) == 0 ? random.nextInt(9) - 4 : 0));
            read += tryToRead(file) ? 1 : 0;
        }
        // Both outcomes must occur often, or the mutations are not near the format.
        assertThat(read).isBetween(TRIES / 200, TRIES / 2);
    }

    private static void edit(StringBuilder json, SplittableRandom random) {
        int from = random.nextInt(json.length());
        int to = Math.min(json.length(), from + random.nextInt(6));
        String token = TOKENS[random.nextInt(TOKENS.length)];
        switch (random.nextInt(5)) {
            case 0 -> json.insert(from, token);
            case 1 -> json.delete(from, to);
            case 2 -> json.replace(from, to, token);
            case 3 -> json.insert(random.nextInt(json.length()), json.substring(from, to));
            default -> {
                // A digit for a digit, wherever the next one stands.
                int at = from;
                while (at < json.length() && !Character.isDigit(json.charAt(at))) {
                    at++;
                }
                if (at < json.length()) {
                    json.setCharAt(at, (char) ('0' + random.nextInt(10)));
                }
            }
        }
        if (json.isEmpty()) {
            json.append(token);
        }
    }

    @Test
    void mutatedBytes() {
        byte[] whole = WeightFiles.file(JSON, DATA);
        SplittableRandom random = new SplittableRandom(21);
        for (int i = 0; i < TRIES; i++) {
            byte[] file = whole.clone();
            int edits = 1 + random.nextInt(4);
            for (int edit = 0; edit < edits; edit++) {
                file[random.nextInt(file.length)] = (byte) random.nextInt();
            }
            if (random.nextInt(4) == 0) {
                file = Arrays.copyOf(file, random.nextInt(file.length + 9));
            }
            if (file.length >= 8 && random.nextInt(4) == 0) {
                ByteBuffer.wrap(file)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(0, random.nextLong() >>> random.nextInt(64));
            }
            tryToRead(file);
        }
    }

    @Test
    void randomJson() {
        SplittableRandom random = new SplittableRandom(22);
        for (int i = 0; i < TRIES; i++) {
            StringBuilder json = new StringBuilder("{");
            int tokens = random.nextInt(30);
            for (int t = 0; t < tokens; t++) {
                json.append(TOKENS[random.nextInt(TOKENS.length)]);
            }
            try {
                JsonText.parseObject("random", 0, json.toString().getBytes(StandardCharsets.UTF_8));
            } catch (InvalidDataException e) {
                assertThat(e.source()).isEqualTo("random");
            }
        }
    }

    /** What was accepted can be read whole. */
    private static boolean tryToRead(byte[] file) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        boolean accepted = isRead(file);
        // Whatever a header claims: a small file takes little memory.
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(MOST_BYTES);
        return accepted;
    }

    private static boolean isRead(byte[] file) {
        SafetensorsFile weights;
        try {
            weights = WeightFiles.read(file);
        } catch (InvalidDataException e) {
            assertThat(e.source()).isEqualTo("test.safetensors");
            return false;
        }
        long bytes = weights.tensors().values().stream()
                .mapToLong(t -> (long) t.elements() * t.type().bytes())
                .sum();
        assertThat(bytes).isLessThanOrEqualTo(file.length);
        WeightFiles.all(weights);
        return true;
    }
}
