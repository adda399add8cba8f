package dev.flops.verify.suite;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What a verification found.
 *
 * @param design the declared rates
 * @param cells all cells in order, mutants after their original
 */
public record VerificationReport(VerificationDesign design, List<CellReport> cells) {
    /** Copies the list. */
    public VerificationReport {
        cells = List.copyOf(cells);
    }

    /**
     * Whether all claims were accepted and all mutants rejected.
     *
     * @return false if any cell did not come out as it must
     */
    public boolean passed() {
        return cells.stream().allMatch(CellReport::asExpected);
    }

    /**
     * Cells that did not come out as they must.
     *
     * @return claims that were not accepted, and mutants that were not rejected
     */
    public List<CellReport> failures() {
        return cells.stream().filter(cell -> !cell.asExpected()).toList();
    }

    /** One line per failure, or one line that says that there is none. */
    @Override
    public String toString() {
        if (passed()) {
            return "all " + cells.size() + " cells as expected";
        }
        return failures().stream().map(CellReport::toString).collect(Collectors.joining(System.lineSeparator()));
    }
}
