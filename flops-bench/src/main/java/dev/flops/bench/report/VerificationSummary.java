package dev.flops.bench.report;

import dev.flops.verify.stat.TestResult;
import dev.flops.verify.suite.CellReport;
import dev.flops.verify.suite.VerificationReport;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What {@code ./flops verify --json} prints. Fields are never renamed or removed.
 *
 * @param alpha probability that a run rejects anything although every claim is right
 * @param beta probability that a test misses a defect of size delta
 * @param delta smallest defect to be caught, in standard deviations of what is averaged
 * @param seed seed of all perturbations
 * @param passed whether all claims were accepted and all mutants rejected
 * @param cells every estimator on every problem, each followed by its mutants
 * @param seconds wall time
 * @param provenance where and with what it ran
 */
public record VerificationSummary(
        double alpha,
        double beta,
        double delta,
        long seed,
        boolean passed,
        List<Cell> cells,
        double seconds,
        Provenance provenance) {

    /**
     * One estimator on one problem.
     *
     * @param estimator its name
     * @param problem the problem's name
     * @param mutant the defect that it was given, null for the estimator as it is
     * @param verdict accepted, rejected or invalid
     * @param asExpected whether a claim was accepted or a mutant rejected
     * @param seconds wall time
     * @param tests one per hypothesis
     */
    public record Cell(
            String estimator,
            String problem,
            @Nullable String mutant,
            String verdict,
            boolean asExpected,
            double seconds,
            List<Test> tests) {}

    /**
     * One hypothesis.
     *
     * @param hypothesis H0 in words
     * @param samples n
     * @param alpha level that it was held against
     * @param beta probability of missing a defect of size delta
     * @param observed what was measured
     * @param expected what H0 says
     * @param z distance in standard errors beyond the tolerance, null if infinite (samples without spread)
     * @param pValue probability under H0 of a result at least as far away
     * @param verdict accepted, rejected or invalid
     */
    public record Test(
            String hypothesis,
            long samples,
            double alpha,
            double beta,
            double observed,
            double expected,
            @Nullable Double z,
            double pValue,
            String verdict) {}

    /**
     * The summary of a verification.
     *
     * @param report what was found
     * @param seconds wall time
     * @param provenance where it ran
     * @return the summary
     */
    public static VerificationSummary of(VerificationReport report, double seconds, Provenance provenance) {
        return new VerificationSummary(
                report.design().alpha(),
                report.design().beta(),
                report.design().delta(),
                report.design().seed(),
                report.passed(),
                report.cells().stream().map(VerificationSummary::cell).toList(),
                seconds,
                provenance);
    }

    private static Cell cell(CellReport cell) {
        return new Cell(
                cell.estimator(),
                cell.problem(),
                cell.mutant().orElse(null),
                word(cell.verdict()),
                cell.asExpected(),
                cell.seconds(),
                cell.results().stream().map(VerificationSummary::test).toList());
    }

    private static Test test(TestResult result) {
        return new Test(
                result.hypothesis(),
                result.samples(),
                result.alpha(),
                result.beta(),
                result.observed(),
                result.expected(),
                Json.finite(result.z()),
                result.pValue(),
                word(result.verdict()));
    }

    private static String word(Enum<?> verdict) {
        return verdict.name().toLowerCase(Locale.ROOT);
    }
}
