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
 * @param runs the estimates
 * @param sigma perturbation scale
 * @param random whether the estimator draws anything
 * @param expectation E ĝ
 * @param variance tr Cov(ĝ), or empty
 */
public record GradientCell(
        String estimator,
        String problem,
        EstimatorRuns runs,
        double sigma,
        boolean random,
        Expectation expectation,
        OptionalDouble variance) {

    /** Losses and points are floats: |Δℓ| below this for losses of order 1, and |Δĝ| below this over σ. */
    private static final double ROUNDING = 3e-7;

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
        double total = 0;
        boolean known = true;
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
            OptionalDouble variance = claim.variance().ofMean(problem, theta, examples[i], allocation.samples(i));
            known &= variance.isPresent();
            total += variance.orElse(0) / examples.length / examples.length;
        }
        GradientEstimator estimator = claim.factory().create(problem, named.parameters());
        return Optional.of(new GradientCell(
                claim.name(),
                named.name(),
                new EstimatorRuns(estimator, examples, allocation, key),
                claim.sigma(),
                claim.shares() != EstimatorClaim.Shares.ONE,
                new Expectation(mean, tolerance),
                known ? OptionalDouble.of(total) : OptionalDouble.empty()));
    }

    /**
     * The same cell with another estimator in its place.
     *
     * @param other the estimator, such as a mutant
     * @return a copy
     */
    public GradientCell withEstimator(GradientEstimator other) {
        return new GradientCell(
                estimator,
                problem,
                new EstimatorRuns(other, runs.examples(), runs.allocation(), runs.key()),
                sigma,
                random,
                expectation,
                variance);
    }

    /**
     * The same cell without its variance, so that the expectation alone is tested.
     *
     * @return a copy
     */
    public GradientCell withoutVariance() {
        return new GradientCell(estimator, problem, runs, sigma, random, expectation, OptionalDouble.empty());
    }
}
