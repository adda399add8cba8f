package dev.flops.bench.align;

import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What an emoji is called, by emojibase (MIT licence, embedded beside the pictures).
 *
 * @param hexcode its code points, for example {@code 1F600}
 * @param label its name
 * @param tags keywords
 * @param group its category, for example {@code food-drink}
 * @param subgroup its subcategory, for example {@code food-fruit}
 */
public record Emoji(String hexcode, String label, List<String> tags, String group, String subgroup) {
    /** Number of embedded emoji. */
    public static final int COUNT = 1636;

    private static final String RESOURCE = "emoji/labels.tsv";
    private static final int COLUMNS = 5;

    /** Copies the list. */
    public Emoji {
        tags = List.copyOf(tags);
    }

    /**
     * The text that a picture is to find: the name and the keywords, with commas between them.
     *
     * @return the text
     */
    public String text() {
        return tags.isEmpty() ? label : label + ", " + String.join(", ", tags);
    }

    /**
     * Reads the embedded table, anew at each call.
     *
     * @return all emoji, in the order of the sheets
     */
    public static List<Emoji> readAll() {
        try (InputStream in = Emoji.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new FileNotFoundException("resource " + RESOURCE + " of " + Emoji.class.getName());
            }
            BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            return lines.lines().skip(1).map(Emoji::parse).toList();
        } catch (IOException e) {
            throw new UncheckedIOException("the embedded labels of emoji cannot be read", e);
        }
    }

    private static Emoji parse(String line) {
        String[] cells = line.split("\t", -1);
        if (cells.length != COLUMNS) {
            throw new IllegalStateException(
                    "line of " + RESOURCE + " = " + line + ", expected " + COLUMNS + " columns");
        }
        List<String> tags = cells[2].isEmpty() ? List.of() : List.of(cells[2].split("\\|"));
        return new Emoji(cells[0], cells[1], tags, cells[3], cells[4]);
    }
}
