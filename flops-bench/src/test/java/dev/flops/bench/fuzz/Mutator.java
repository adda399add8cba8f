package dev.flops.bench.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.regex.Pattern;

/**
 * Damages files with their structure in mind: bits and bytes, binary integers and decimal numbers at the ends of their ranges,
 * words of the format in each other's place, members of an object twice, stretches cut, repeated, or taken from another file.
 */
final class Mutator {
    private static final int LARGEST = 1 << 16;
    private static final int MOST_EDITS = 5;
    private static final Pattern WORDS = Pattern.compile("\"[^\"]{0,80}\"|[A-Za-z_.-]{2,40}");
    private static final Pattern NUMBERS = Pattern.compile("\\d+");
    private static final Pattern MEMBERS =
            Pattern.compile("\"[^\"]{0,80}\" ?: ?(\"[^\"]*\"|\\{[^}]*\\}|[^,}]+)|[a-z.-]+ ?=[^\n]*\n");
    private static final long[] INTEGERS = {
        0,
        1,
        2,
        3,
        4,
        7,
        8,
        9,
        16,
        127,
        128,
        255,
        256,
        32767,
        32768,
        65535,
        65536,
        1 << 20,
        (4 << 20) + 1,
        1 << 30,
        (1 << 30) + 1,
        Integer.MAX_VALUE - 8,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        1L << 32,
        (1L << 32) + 1,
        1L << 62,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        -1,
        -2
    };
    private static final List<String> TOKENS = List.of(
            "{",
            "}",
            "[",
            "]",
            "[[[[[[[[[[",
            "{\"a\":",
            ":",
            ",",
            "\"",
            "\\",
            "\\u",
            "\\ud83d",
            "=",
            "#",
            "\n",
            "\r",
            "\0",
            " ",
            "-",
            "+",
            ".",
            "e",
            "E9",
            "1e999",
            "-0",
            "0.5",
            "NaN",
            "Infinity",
            "null",
            "true",
            "../",
            "/",
            "é",
            "\u00ff",
            "@",
            "${x}",
            "%s");

    private final List<byte[]> contents;
    private final List<byte[]> words;

    Mutator(List<byte[]> contents) {
        this.contents = contents;
        Set<String> found = new LinkedHashSet<>(TOKENS);
        for (byte[] content : contents) {
            WORDS.matcher(text(content)).results().forEach(match -> found.add(match.group()));
        }
        this.words = found.stream().map(word -> word.getBytes(ISO_8859_1)).toList();
    }

    byte[] mutate(byte[] content, SplittableRandom random) {
        byte[] mutant = content.clone();
        for (int edit = random.nextInt(MOST_EDITS); edit >= 0; edit--) {
            mutant = mutant.length == 0 ? word(random) : edit(mutant, random);
        }
        return mutant.length <= LARGEST ? mutant : Arrays.copyOf(mutant, LARGEST);
    }

    private byte[] edit(byte[] file, SplittableRandom random) {
        int at = random.nextInt(file.length);
        int to = at + random.nextInt(Math.min(64, file.length - at) + 1);
        return switch (random.nextInt(14)) {
            case 0 -> flip(file, at, random);
            case 1 -> overwritten(file, at, (byte) random.nextInt());
            case 2 -> integer(file, random.nextBoolean() ? at : at % Math.min(32, file.length), random);
            case 3 -> Arrays.copyOf(file, at);
            case 4 -> Arrays.copyOf(file, file.length + 1 + random.nextInt(random.nextInt(50) == 0 ? 4096 : 16));
            case 5 -> replaced(file, at, at, Arrays.copyOfRange(file, at, to));
            case 6 -> repeated(file, at, to, random);
            case 7 -> replaced(file, at, to, new byte[0]);
            case 8 -> spliced(file, at, random);
            case 9 -> number(file, random);
            case 10 -> replaced(file, at, at, word(random));
            case 11 -> replaced(file, at, to, word(random));
            case 12 -> wordForWord(file, random);
            default -> memberTwice(file, random);
        };
    }

    private byte[] word(SplittableRandom random) {
        return words.get(random.nextInt(words.size()));
    }

    private static byte[] flip(byte[] file, int at, SplittableRandom random) {
        return overwritten(file, at, (byte) (file[at] ^ 1 << random.nextInt(8)));
    }

    private static byte[] overwritten(byte[] file, int at, byte value) {
        file[at] = value;
        return file;
    }

    private static byte[] integer(byte[] file, int at, SplittableRandom random) {
        int bytes = 1 << random.nextInt(4);
        ByteBuffer value = ByteBuffer.allocate(Long.BYTES);
        boolean little = random.nextBoolean();
        value.order(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        value.putLong(0, INTEGERS[random.nextInt(INTEGERS.length)] + (random.nextInt(4) == 0 ? file.length : 0));
        int count = Math.min(bytes, file.length - at);
        System.arraycopy(value.array(), little ? 0 : Long.BYTES - bytes, file, at, count);
        return file;
    }

    private static byte[] repeated(byte[] file, int from, int to, SplittableRandom random) {
        byte[] many = new byte[(to - from) * random.nextInt(random.nextInt(20) == 0 ? 500 : 5)];
        for (int i = 0; i < many.length; i++) {
            many[i] = file[from + i % (to - from)];
        }
        return replaced(file, from, from, many);
    }

    private byte[] spliced(byte[] file, int at, SplittableRandom random) {
        byte[] other = contents.get(random.nextInt(contents.size()));
        int from = random.nextBoolean() ? Math.min(at, other.length) : random.nextInt(other.length + 1);
        return replaced(file, at, file.length, Arrays.copyOfRange(other, from, other.length));
    }

    private static byte[] number(byte[] file, SplittableRandom random) {
        int[] place = place(file, NUMBERS, random);
        long value = INTEGERS[random.nextInt(INTEGERS.length)];
        String text = random.nextInt(8) == 0 ? "9".repeat(1 + random.nextInt(60)) : Long.toString(value);
        return replaced(file, place[0], place[1], text.getBytes(ISO_8859_1));
    }

    private byte[] wordForWord(byte[] file, SplittableRandom random) {
        int[] place = place(file, WORDS, random);
        return replaced(file, place[0], place[1], word(random));
    }

    private static byte[] memberTwice(byte[] file, SplittableRandom random) {
        int[] place = place(file, MEMBERS, random);
        byte[] member = Arrays.copyOfRange(file, place[0], place[1]);
        byte[] comma =
                place[1] > 0 && place[1] < file.length && file[place[1] - 1] != '\n' ? new byte[] {','} : new byte[0];
        return replaced(replaced(file, place[0], place[0], comma), place[0], place[0], member);
    }

    /** The first match behind a random place; the place itself, empty, if there is none. */
    private static int[] place(byte[] file, Pattern pattern, SplittableRandom random) {
        int at = random.nextInt(file.length);
        var matcher = pattern.matcher(text(file));
        return matcher.find(at) ? new int[] {matcher.start(), matcher.end()} : new int[] {at, at};
    }

    private static byte[] replaced(byte[] file, int from, int to, byte[] by) {
        return ByteBuffer.allocate(file.length - (to - from) + by.length)
                .put(file, 0, from)
                .put(by)
                .put(file, to, file.length - to)
                .array();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, ISO_8859_1);
    }
}
