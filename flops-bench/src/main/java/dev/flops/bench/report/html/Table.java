package dev.flops.bench.report.html;

import java.util.List;

/**
 * Rows of text.
 *
 * @param title what is shown
 * @param header names of the columns
 * @param rows cells, as many per row as there are columns
 */
public record Table(String title, List<String> header, List<List<String>> rows) {
    /** Checks that every row has all its cells. */
    public Table {
        header = List.copyOf(header);
        rows = rows.stream().map(List::copyOf).toList();
        for (List<String> row : rows) {
            if (row.size() != header.size()) {
                throw new IllegalArgumentException(
                        "a row of " + title + " has " + row.size() + " cells, expected " + header.size());
            }
        }
    }
}
