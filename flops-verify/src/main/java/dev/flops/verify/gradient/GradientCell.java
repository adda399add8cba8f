package dev.flops.verify.gradient;

import dev.flops.api.Allocation;
import dev.flops.api.GradientEstimator;
import dev.flops.api.RandomKey;
import dev.flops.verify.problem.NamedProblem;
import dev.flops.verify.problem.SmoothProblem;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One estimator on one problem with what is known of it: E ĝ and, where there is a closed form,
 * tr Cov(ĝ) = (1/B²) Σ_i tr Cov(mean of the n_i samples of example i).
 *
 * @param estimator name of the estimator
 * @param problem name of the problem
 * @param runs the estimates whose expectation is tested
 * @param spread the estimates whose variance is tested
 * @param sigma perturbation scale
 * @param random whether estimates differ: not if the estimator draws nothing, or its variance is 0
 * @param expectation E ĝ
 * @param variance tr Cov(ĝ) of the spread, or empty
 */
public record GradientCell(
        String estimator,
        String problem,
        EstimatorRuns runs,
        EstimatorRuns spread,
        double sigma,
        boolean random,
        Expectation expectation,
        OptionalDouble variance) {

    /** Losses and points are floats: |Δℓ| below this for losses of order 1, and |Δĝ| below this over σ. */
    private static final double ROUNDING = 3e-7;

    /** Keeps the samples of the two kinds of run apart. */
    private static final int SPREAD = -2;

    /**
     * The cell of a claim and a problem.
     *
     * @param claim the estimator
     * @param named the problem
     * @param examples the batch, distinct examples
     * @param allocation samples per example of the batch
     * @param key key of the perturbations
     * @return the cell, or empty if the claim says nothing of such a problem
     */
    public static Optional<GradientCell> of(
            EstimatorClaim claim, NamedProblem named, int[] examples, Allocation allocation, RandomKey key) {
        SmoothProblem problem = named.problem();
        double[] theta = named.theta();
        double[] mean = new double[theta.length];
        double[] tolerance = new double[theta.length];
        for (int i = 0; i < examples.length; i++) {
            Optional<Expectation> one = claim.mean().of(problem, theta, examples[i]);
            if (one.isEmpty()) {
                return Optional.empty();
            }
            double[] oneMean = one.get().mean();
            double[] oneTolerance = one.get().tolerance();
            for (int p = 0; p < mean.length; p++) {
                mean[p] += oneMean[p] / examples.length;
                tolerance[p] += (oneTolerance[p] + ROUNDING / claim.sigma()) / examples.length;
            }
        }
        GradientEstimator estimator = claim.factory().create(problem, named.parameters());
        OptionalDouble variance = claim.variance().ofBatch(problem, theta, examples, allocation);
        boolean constant = claim.shares() == EstimatorClaim.Shares.ONE || variance.equals(OptionalDouble.of(0));
        return Optional.of(new GradientCell(
                claim.name(),
                named.name(),
                new EstimatorRuns(estimator, examples, allocation, key),
                new EstimatorRuns(estimator, examples, allocation, key.fold(SPREAD, 0)),
                claim.sigma(),
                !constant,
                new Expectation(mean, tolerance),
                variance));
    }

    /**
     * The cell of a claim and a problem with as many samples as a test needs: the more skewed a sample is, the more of them an
     * estimate must average. A pilot with perturbations of its own ({@link SkewnessPilot}) finds out, for the expectation and for
     * the variance; estimates that do not differ are left as they are.
     *
     * @param claim the estimator
     * @param named the problem
     * @param examples the batch, distinct examples
     * @param allocation samples per example of the batch; multiples of it are tested
     * @param key key of the perturbations
     * @param test the test to come
     * @return the cell, or empty if the claim says nothing of such a problem
     */
    public static Optional<GradientCell> sized(
            EstimatorClaim claim,
            NamedProblem named,
            int[] examples,
            Allocation allocation,
            RandomKey key,
            CellTest test) {
        return of(claim, named, examples, allocation, key)
                .map(cell -> cell.random() ? cell.enlarged(claim, named, test) : cell);
    }

    private GradientCell enlarged(EstimatorClaim claim, NamedProblem named, CellTest test) {
        EstimatorRuns ofMean = runs.with(test.factorForMean(runs, expectation), runs.key());
        if (variance.isEmpty()) {
            return new GradientCell(estimator, problem, ofMean, spread, sigma, random, expectation, variance);
        }
        EstimatorRuns ofVariance = spread.with(test.factorForVariance(spread, expectation), spread.key());
        OptionalDouble enlarged =
                claim.variance().ofBatch(named.problem(), named.theta(), spread.examples(), ofVariance.allocation());
        return new GradientCell(estimator, problem, ofMean, ofVariance, sigma, random, expectation, enlarged);
    }

    /**
     * The same cell with another estimator in its place.
     *
     * @param other the estimator, such as a mutant
     * @return a copy
     */
    public GradientCell withEstimator(GradientEstimator other) {
        return new GradientCell(
                estimator, problem, runs.of(other), spread.of(other), sigma, random, expectation, variance);
    }

    /**
     * The same cell without its variance, so that the expectation alone is tested.
     *
     * @return a copy
     */
    public GradientCell withoutVariance() {
        return new GradientCell(estimator, problem, runs, spread, sigma, random, expectation, OptionalDouble.empty());
    }
}
