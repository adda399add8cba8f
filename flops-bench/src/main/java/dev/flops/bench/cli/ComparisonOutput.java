package dev.flops.bench.cli;

import dev.flops.bench.report.AtomicFiles;
import dev.flops.bench.report.Json;
import dev.flops.bench.report.RunDirectory;
import dev.flops.bench.report.html.HtmlReport;
import dev.flops.bench.report.html.Table;
import java.io.IOException;
import java.io.PrintWriter;

/**
 * What a comparison leaves: results.json, report.html, and tables or one document on standard output.
 *
 * @param run its folder
 * @param json whether standard output is the document
 */
record ComparisonOutput(RunDirectory run, boolean json) {
    void write(Record comparison, HtmlReport report, PrintWriter out, Table... tables) throws IOException {
        String document = Json.document(comparison);
        AtomicFiles.write(run.results(), document);
        report.write(run.report());
        if (json) {
            out.print(document);
        } else {
            for (Table table : tables) {
                out.println(table.title());
                TextTable.of(table).print(out);
            }
            out.println("written to " + run.path());
        }
        out.flush();
    }
}
