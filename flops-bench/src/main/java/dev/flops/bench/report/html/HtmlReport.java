package dev.flops.bench.report.html;

import dev.flops.bench.report.AtomicFiles;
import dev.flops.bench.report.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * A report: tables, then pictures, then charts, in one file that needs nothing else.
 *
 * @param title its title
 * @param summary a sentence or two under the title
 * @param tables tables in order
 * @param galleries pictures in order
 * @param charts charts in order
 * @param source how to make it again: a command
 */
public record HtmlReport(
        String title, String summary, List<Table> tables, List<Gallery> galleries, List<Chart> charts, String source) {
    private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/";

    /** Copies the lists. */
    public HtmlReport {
        tables = List.copyOf(tables);
        galleries = List.copyOf(galleries);
        charts = List.copyOf(charts);
    }

    /**
     * A report without pictures.
     *
     * @param title its title
     * @param summary a sentence or two under the title
     * @param tables tables in order
     * @param charts charts in order
     * @param source how to make it again: a command
     */
    public HtmlReport(String title, String summary, List<Table> tables, List<Chart> charts, String source) {
        this(title, summary, tables, List.of(), charts, source);
    }

    /**
     * The page.
     *
     * @return HTML
     */
    public String html() {
        return text("report.html")
                .replace("/*CHART-STYLE*/", text(UPLOT + "dist/uPlot.min.css"))
                .replace("/*STYLE*/", text("report.css"))
                .replace("/*CHART-LICENCE*/", text(UPLOT + "LICENSE").strip())
                .replace("/*CHART-SCRIPT*/", text(UPLOT + "dist/uPlot.iife.min.js"))
                .replace("/*SCRIPT*/", text("report.js"))
                .replace("/*TITLE*/", escaped(title))
                .replace("/*DATA*/", Json.line(this).replace("<", "\\u003c"));
    }

    /**
     * Writes the page.
     *
     * @param file where to; replaced if it exists
     * @throws IOException if it cannot be written
     */
    public void write(Path file) throws IOException {
        AtomicFiles.write(file, html());
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static String text(String resource) {
        try (InputStream in = HtmlReport.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("resource " + resource + " is missing from the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
