package dev.flops.verify.suite;

import java.util.OptionalDouble;

/**
 * What one estimator makes of one problem with a given number of queries.
 *
 * @param estimator name of the estimator
 * @param problem name of the problem
 * @param queries queries of one estimate, as the ledger counted them
 * @param bias ‖mean of ĝ − ∇L‖ / ‖∇L‖, of the estimates that were drawn
 * @param biasError what the bias would be, root mean square, if E ĝ were ∇L: √(tr Cov(ĝ)/estimates) / ‖∇L‖
 * @param variance mean of ‖ĝ − E ĝ‖²
 * @param varianceError standard error of the variance
 * @param closedForm tr Cov(ĝ) where a closed form is known
 * @param perQuery queries × variance / ‖∇L‖²: what a query is worth, the smaller the better
 * @param cosine mean cosine of ĝ and ∇L
 * @param seconds wall time of one estimate
 */
public record VarianceRow(
        String estimator,
        String problem,
        long queries,
        double bias,
        double biasError,
        double variance,
        double varianceError,
        OptionalDouble closedForm,
        double perQuery,
        double cosine,
        double seconds) {}
