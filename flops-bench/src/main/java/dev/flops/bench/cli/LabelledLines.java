package dev.flops.bench.cli;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import java.io.PrintWriter;
import java.util.Locale;

/** Lines of a label and what it stands for, in two columns. */
final class LabelledLines {
    private final PrintWriter out;

    LabelledLines(PrintWriter out) {
        this.out = out;
    }

    @FormatMethod
    void line(String label, @FormatString String format, Object... values) {
        out.printf(Locale.ROOT, "%-10s %s%n", label, String.format(Locale.ROOT, format, values));
    }

    void flush() {
        out.flush();
    }
}
