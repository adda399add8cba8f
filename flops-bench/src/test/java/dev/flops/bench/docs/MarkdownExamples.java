package dev.flops.bench.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Code blocks of a markdown page that are quoted from a file. A block is marked by the line before its fence,
 *
 * <pre>
 *   &lt;!-- example: folder/File.java#region --&gt;
 * </pre>
 *
 * and must equal the file's lines between {@code // region name} and {@code // endregion}, or without {@code #region}
 * the whole file, up to the indentation that all lines share.
 */
final class MarkdownExamples {
    private static final Pattern MARK = Pattern.compile("<!-- example: (\\S+?)(?:#(\\S+))? -->");
    private static final String FENCE = "```";

    private MarkdownExamples() {}

    /** A marked block: where it is quoted from, its line in the page, what it says and what it should say. */
    record Example(String source, int line, String quoted, String original) {}

    /** All marked blocks of a page. */
    static List<Example> of(Path root, Path page) throws IOException {
        List<String> lines = Files.readAllLines(page);
        List<Example> examples = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            Matcher mark = MARK.matcher(lines.get(i).strip());
            if (mark.matches()) {
                Path file = root.resolve(mark.group(1));
                examples.add(
                        new Example(mark.group(1), i + 1, block(page, lines, i + 1), original(file, mark.group(2))));
            }
        }
        return examples;
    }

    private static String block(Path page, List<String> lines, int fence) {
        if (fence >= lines.size() || !lines.get(fence).startsWith(FENCE)) {
            throw new IllegalArgumentException(page + " line " + (fence + 1) + " = "
                    + (fence < lines.size() ? lines.get(fence) : "end of page") + ", expected a code block");
        }
        List<String> block = new ArrayList<>();
        for (int i = fence + 1; i < lines.size(); i++) {
            if (lines.get(i).equals(FENCE)) {
                return unindented(block);
            }
            block.add(lines.get(i));
        }
        throw new IllegalArgumentException(page + " line " + (fence + 1) + " begins a code block that has no end");
    }

    private static String original(Path file, String region) throws IOException {
        List<String> lines = Files.readAllLines(file);
        if (region == null) {
            return unindented(lines);
        }
        int begin = indexOf(lines, "// region " + region, 0);
        int end = begin < 0 ? -1 : indexOf(lines, "// endregion", begin);
        if (end < 0) {
            throw new IllegalArgumentException(file + " has no region " + region + " that ends");
        }
        return unindented(lines.subList(begin + 1, end));
    }

    private static int indexOf(List<String> lines, String text, int from) {
        for (int i = from; i < lines.size(); i++) {
            if (lines.get(i).strip().equals(text)) {
                return i;
            }
        }
        return -1;
    }

    private static String unindented(List<String> lines) {
        return String.join("\n", lines).stripIndent().strip();
    }
}
