package dev.flops.bench.verify;

import dev.flops.alloc.direction.LowRankDirections;
import dev.flops.alloc.estimate.ParameterEstimator;
import dev.flops.alloc.estimate.ParameterEstimatorConfig;
import dev.flops.api.GradientEstimator;
import dev.flops.api.Objective;
import dev.flops.api.Parameters;
import dev.flops.tensor.TensorOps;
import dev.flops.verify.gradient.EstimatorClaim;
import dev.flops.verify.gradient.EstimatorClaim.Shares;
import dev.flops.verify.gradient.EstimatorFactory;
import dev.flops.verify.gradient.Expectation;
import dev.flops.verify.gradient.VarianceFormula;
import dev.flops.verify.problem.GaussHermite;
import dev.flops.verify.problem.LinearProblem;
import dev.flops.verify.problem.LinearVariances;
import dev.flops.verify.problem.QuadraticProblem;
import dev.flops.verify.problem.SmoothProblem;
import dev.flops.verify.problem.StandardProblems;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/**
 * Pairs along directions of low rank: θ is a matrix of 2 × 3 and one number. A direction of rank 1 is a function of six
 * independent normal numbers, so that expectations are those of a product rule whatever the loss; of rank r the expectation is known
 * for losses without third derivatives, the gradient. Squared distances have such tails that the variance is tested where the
 * loss does not add to them, on linear ones.
 */
final class LowRankMoments {
    private static final int ROWS = 2;
    private static final int COLUMNS = 3;
    private static final int MATRIX = ROWS * COLUMNS;
    private static final int D = StandardProblems.DIMENSION;
    private static final int NUMBERS = ROWS + COLUMNS + D - MATRIX;

    /** Exact for polynomials to the sixth degree in θ; for the other standard losses the error is below that of floats. */
    private static final int NODES = 7;

    private final GaussHermite rule = new GaussHermite(NODES);
    private final double sigma;

    private LowRankMoments(double sigma) {
        this.sigma = sigma;
    }

    /** Rank 1: the expectation is claimed of every problem. */
    static EstimatorClaim rankOne(String name, TensorOps ops, float sigma) {
        LowRankMoments moments = new LowRankMoments(sigma);
        return new EstimatorClaim(
                name,
                estimator(ops, 1, sigma),
                sigma,
                Shares.ANY,
                (problem, theta, example) -> Optional.of(Expectation.exactly(moments.mean(problem, theta, example))),
                linearVariance(1));
    }

    /** Any rank: the gradient of linear and quadratic losses, and the variance of linear ones. */
    static EstimatorClaim rank(int rank, String name, TensorOps ops, float sigma) {
        return new EstimatorClaim(
                name,
                estimator(ops, rank, sigma),
                sigma,
                Shares.ANY,
                (problem, theta, example) -> problem instanceof LinearProblem || problem instanceof QuadraticProblem
                        ? Optional.of(Expectation.exactly(problem.gradient(theta, example)))
                        : Optional.empty(),
                linearVariance(rank));
    }

    private static EstimatorFactory estimator(TensorOps ops, int rank, float sigma) {
        return (objective, parameters) -> estimator(objective, parameters, ops, rank, sigma);
    }

    private static GradientEstimator estimator(
            Objective objective, Parameters parameters, TensorOps ops, int rank, float sigma) {
        if (parameters.dimension() != D) {
            throw new IllegalArgumentException("parameters.dimension = " + parameters.dimension() + ", expected " + D);
        }
        Parameters.Builder builder = Parameters.builder();
        builder.add("matrix", ROWS, COLUMNS);
        builder.add("vector", D - MATRIX);
        Parameters blocks = builder.build();
        System.arraycopy(parameters.values(), 0, blocks.values(), 0, D);
        return new ParameterEstimator(
                objective, blocks, ops, ParameterEstimatorConfig.central(new LowRankDirections(rank), sigma));
    }

    /** Σ_b (d + 1 + 2 (m_b + n_b + 1)/r) ‖G_b‖² of linear losses, without the fraction for the vector. */
    private static VarianceFormula linearVariance(int rank) {
        return (problem, theta, example, samples) -> {
            if (!(problem instanceof LinearProblem)) {
                return OptionalDouble.empty();
            }
            double[] g = problem.gradient(theta, example);
            double sum = 0;
            for (int p = 0; p < D; p++) {
                double extra = p < MATRIX ? 2.0 * (ROWS + COLUMNS + 1) / rank : 0;
                sum += (LinearVariances.gaussian(D) + extra) * g[p] * g[p];
            }
            return OptionalDouble.of(sum / samples);
        };
    }

    /** E[ℓ(θ + σε) ε]/σ, which pairs have too, since ε and −ε are equally likely. */
    private double[] mean(SmoothProblem problem, double[] theta, int example) {
        double[] mean = new double[D];
        for (int p = 0; p < D; p++) {
            int axis = p;
            mean[p] = expectation(e -> problem.loss(moved(theta, e, sigma), example) * e[axis]) / sigma;
        }
        return mean;
    }

    /** Over ε = (a bᵀ, u), row by row. */
    private double expectation(ToDoubleFunction<double[]> f) {
        return rule.expectation(NUMBERS, u -> {
            double[] e = new double[D];
            for (int p = 0; p < D; p++) {
                e[p] = p < MATRIX ? u[p / COLUMNS] * u[ROWS + p % COLUMNS] : u[ROWS + COLUMNS + p - MATRIX];
            }
            return f.applyAsDouble(e);
        });
    }

    private static double[] moved(double[] theta, double[] e, double by) {
        double[] out = theta.clone();
        for (int p = 0; p < D; p++) {
            out[p] += by * e[p];
        }
        return out;
    }
}
