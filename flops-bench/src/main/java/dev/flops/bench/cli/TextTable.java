package dev.flops.bench.cli;

import dev.flops.bench.report.html.Table;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Rows of text in columns that are as wide as their widest entry. */
final class TextTable {
    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();

    TextTable(String... header) {
        rows.add(List.of(header));
    }

    /** The same cells as in a report. */
    static TextTable of(Table table) {
        TextTable text = new TextTable(table.header().toArray(String[]::new));
        table.rows().forEach(row -> text.row(row.toArray(String[]::new)));
        return text;
    }

    void row(String... entries) {
        if (entries.length != rows.getFirst().size()) {
            throw new IllegalArgumentException("entries.length = " + entries.length + ", expected "
                    + rows.getFirst().size());
        }
        rows.add(List.of(entries));
    }

    void print(PrintWriter out) {
        int[] width = new int[rows.getFirst().size()];
        for (List<String> row : rows) {
            for (int column = 0; column < width.length; column++) {
                width[column] = Math.max(width[column], row.get(column).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < width.length; column++) {
                String entry = row.get(column);
                line.append(entry)
                        .append(" ".repeat(width[column] - entry.length()))
                        .append(GAP);
            }
            out.println(line.toString().stripTrailing());
        }
        out.flush();
    }
}
