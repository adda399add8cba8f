package dev.flops.bench.cli;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import dev.flops.verify.stat.TestResult;
import dev.flops.verify.suite.CellReport;
import dev.flops.verify.suite.VarianceRow;
import dev.flops.verify.suite.VerificationReport;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** What a verification found, for people: per cell the hypothesis that fits worst. */
final class VerifyText {
    private static final double MICROSECONDS = 1e6;

    private VerifyText() {}

    static void print(VerificationReport report, double seconds, PrintWriter out) {
        TextTable table = new TextTable(
                "estimator", "problem", "mutant", "verdict", "z", "n", "alpha", "beta", "H0 of the least p-value");
        for (CellReport cell : report.cells()) {
            TestResult worst = cell.worst();
            table.row(
                    cell.estimator(),
                    cell.problem(),
                    cell.mutant().orElse("-"),
                    cell.verdict().name().toLowerCase(Locale.ROOT) + (cell.asExpected() ? "" : " (!)"),
                    format("%.2f", worst.z()),
                    format("%d", worst.samples()),
                    format("%.2g", worst.alpha()),
                    format("%.2g", worst.beta()),
                    worst.hypothesis());
        }
        table.print(out);
        out.println();
        out.println(verdict(report, seconds));
        out.flush();
    }

    static void print(List<VarianceRow> rows, PrintWriter out) {
        TextTable table = new TextTable(
                "problem",
                "estimator",
                "queries",
                "bias",
                "by chance",
                "variance",
                "+-",
                "closed form",
                "per query",
                "cosine",
                "us");
        for (VarianceRow row : rows) {
            table.row(
                    row.problem(),
                    row.estimator(),
                    format("%d", row.queries()),
                    format("%.4f", row.bias()),
                    format("%.4f", row.biasError()),
                    format("%.4g", row.variance()),
                    format("%.1g", row.varianceError()),
                    row.closedForm().isPresent()
                            ? format("%.4g", row.closedForm().getAsDouble())
                            : "-",
                    format("%.4g", row.perQuery()),
                    format("%.3f", row.cosine()),
                    format("%.1f", row.seconds() * MICROSECONDS));
        }
        table.print(out);
    }

    private static String verdict(VerificationReport report, double seconds) {
        List<CellReport> failures = report.failures();
        long mutants = report.cells().stream()
                .filter(cell -> cell.mutant().isPresent())
                .count();
        String cells = format(
                "%d claims, %d mutants, alpha = %s for the whole run, seed %d, %.1f s",
                report.cells().size() - mutants,
                mutants,
                report.design().alpha(),
                report.design().seed(),
                seconds);
        if (failures.isEmpty()) {
            return (mutants == 0 ? "all claims accepted: " : "all claims accepted, all mutants rejected: ") + cells;
        }
        return failures.size() + " cells are not as they must be, marked (!): " + cells;
    }

    @FormatMethod
    private static String format(@FormatString String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
