package dev.flops.verify.suite;

import dev.flops.verify.stat.TestResult;
import dev.flops.verify.stat.Verdict;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What the verification of one cell found.
 *
 * @param estimator name of the estimator
 * @param problem name of the problem
 * @param mutant name of the defect that the estimator was given, or empty
 * @param results a result per hypothesis, at least one
 * @param seconds wall time
 */
public record CellReport(
        String estimator, String problem, Optional<String> mutant, List<TestResult> results, double seconds) {
    /** Copies the list. */
    public CellReport {
        if (results.isEmpty()) {
            throw new IllegalArgumentException("results is empty, expected at least one");
        }
        results = List.copyOf(results);
    }

    /**
     * The verdict of the whole cell.
     *
     * @return REJECTED if any hypothesis is, else INVALID if any is, else ACCEPTED
     */
    public Verdict verdict() {
        if (results.stream().anyMatch(result -> result.verdict() == Verdict.REJECTED)) {
            return Verdict.REJECTED;
        }
        boolean invalid = results.stream().anyMatch(result -> result.verdict() == Verdict.INVALID);
        return invalid ? Verdict.INVALID : Verdict.ACCEPTED;
    }

    /**
     * Whether the cell came out as it must.
     *
     * @return for a mutant whether it was rejected, else whether everything was accepted
     */
    public boolean asExpected() {
        return verdict() == (mutant.isPresent() ? Verdict.REJECTED : Verdict.ACCEPTED);
    }

    /**
     * The hypothesis that fits the samples least.
     *
     * @return the result with the smallest p-value, of several the first
     */
    public TestResult worst() {
        return results.stream()
                .min(Comparator.comparingDouble(TestResult::pValue))
                .orElseThrow();
    }

    @Override
    public String toString() {
        return estimator + " on " + problem
                + mutant.map(name -> " with " + name).orElse("") + ": " + worst();
    }
}
