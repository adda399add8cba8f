/**
 * Estimators with one thing wrong, to show that a verification would notice.
 *
 * <p>A {@link dev.flops.verify.mutant.Mutant} alters an estimator from outside, at the contract of
 * {@link dev.flops.api.GradientEstimator}: it works with anybody's estimator, and what it can get wrong is what passes
 * through the contract (keys, allocations, batches, the result). Formulas inside the estimators of this project are
 * altered by tests through a seam that is not public; those mutants live beside the tests.
 */
package dev.flops.verify.mutant;
