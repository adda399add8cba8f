package dev.flops.bench.report;

import dev.flops.verify.suite.VarianceComparison;
import dev.flops.verify.suite.VarianceRow;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code ./flops verify --variance --json} prints. Fields are never renamed or removed.
 *
 * @param queries budget of one estimate
 * @param estimates independent estimates per row
 * @param seed seed of all perturbations
 * @param rows every estimator on every problem
 * @param seconds wall time
 * @param provenance where and with what it ran
 */
public record VarianceSummary(
        long queries, int estimates, long seed, List<Row> rows, double seconds, Provenance provenance) {

    /**
     * One estimator on one problem.
     *
     * @param estimator its name
     * @param problem the problem's name
     * @param queries queries of one estimate
     * @param bias ‖mean of the estimates − gradient‖ / ‖gradient‖
     * @param biasError what the bias would be by chance alone
     * @param variance mean squared distance of an estimate from its expectation
     * @param varianceError its standard error
     * @param closedForm the variance by its closed form, null where none is known
     * @param perQuery queries × variance / ‖gradient‖²
     * @param cosine mean cosine of an estimate and the gradient
     * @param seconds wall time of one estimate
     */
    public record Row(
            String estimator,
            String problem,
            long queries,
            double bias,
            double biasError,
            double variance,
            double varianceError,
            @Nullable Double closedForm,
            double perQuery,
            double cosine,
            double seconds) {}

    /**
     * The summary of a comparison.
     *
     * @param comparison what was asked for
     * @param rows what was measured
     * @param seconds wall time
     * @param provenance where it ran
     * @return the summary
     */
    public static VarianceSummary of(
            VarianceComparison comparison, List<VarianceRow> rows, double seconds, Provenance provenance) {
        return new VarianceSummary(
                comparison.queries(),
                comparison.estimates(),
                comparison.seed(),
                rows.stream().map(VarianceSummary::row).toList(),
                seconds,
                provenance);
    }

    private static Row row(VarianceRow row) {
        return new Row(
                row.estimator(),
                row.problem(),
                row.queries(),
                row.bias(),
                row.biasError(),
                row.variance(),
                row.varianceError(),
                Json.finite(row.closedForm().orElse(Double.NaN)),
                row.perQuery(),
                row.cosine(),
                row.seconds());
    }
}
