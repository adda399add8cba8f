package dev.flops.verify.suite;

import dev.flops.api.Allocation;
import dev.flops.api.CostLedger;
import dev.flops.api.GradientEstimator;
import dev.flops.api.QueryBudget;
import dev.flops.api.RandomKey;
import dev.flops.tensor.Workers;
import dev.flops.verify.gradient.EstimatorClaim;
import dev.flops.verify.gradient.GradientCell;
import dev.flops.verify.problem.NamedProblem;
import dev.flops.verify.stat.Moments;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Measures estimators side by side at equal queries: every one is given the same budget per estimate for a batch of three
 * examples, in equal shares, clean forwards counted. An estimator whose samples do not divide the budget spends less; its
 * row says how much.
 *
 * @param queries budget of one estimate
 * @param estimates independent estimates per row, at least 2
 * @param seed seed of all perturbations
 */
public record VarianceComparison(long queries, int estimates, long seed) {
    private static final int[] EXAMPLES = {2, 0, 1};
    private static final double NANOSECONDS = 1e-9;

    /** Checks the ranges. */
    public VarianceComparison {
        if (queries < 1) {
            throw new IllegalArgumentException("queries = " + queries + ", expected >= 1");
        }
        if (estimates < 2) {
            throw new IllegalArgumentException("estimates = " + estimates + ", expected >= 2");
        }
    }

    /**
     * Measures.
     *
     * @param claims the estimators
     * @param problems problems of at least three examples
     * @param workers work on different rows; with several, rows disturb each other's seconds
     * @return a row per problem and estimator of which the claim says something, problem by problem
     * @throws IllegalArgumentException if the budget is too small for an estimator; the message states the smallest
     */
    public List<VarianceRow> compare(List<EstimatorClaim> claims, List<NamedProblem> problems, Workers workers) {
        List<Task> tasks = new ArrayList<>();
        for (NamedProblem problem : problems) {
            for (EstimatorClaim claim : claims) {
                if (claim.mean().of(problem.problem(), problem.theta(), 0).isPresent()) {
                    cell(claim, problem).ifPresent(cell -> tasks.add(new Task(cell, problem)));
                }
            }
        }
        List<Optional<VarianceRow>> rows = new ArrayList<>(Collections.nCopies(tasks.size(), Optional.empty()));
        workers.forEach(tasks.size(), (worker, index) -> {
            VarianceRow row = measure(tasks.get(index));
            synchronized (rows) {
                rows.set(index, Optional.of(row));
            }
        });
        return rows.stream().flatMap(Optional::stream).toList();
    }

    private record Task(GradientCell cell, NamedProblem problem) {}

    private Optional<GradientCell> cell(EstimatorClaim claim, NamedProblem problem) {
        GradientEstimator estimator = claim.factory().create(problem.problem(), problem.parameters());
        int samples = new QueryBudget(queries).samples(estimator.cost(), EXAMPLES.length, 1);
        Allocation allocation = claim.shares() == EstimatorClaim.Shares.ONE
                ? Allocation.equal(EXAMPLES.length, EXAMPLES.length)
                : Allocation.equal(EXAMPLES.length, samples / EXAMPLES.length * EXAMPLES.length);
        RandomKey key = RandomKey.ofSeed(seed)
                .forPurpose(RandomKey.Purpose.PERTURBATION)
                .fold(claim.name().hashCode(), problem.name().hashCode());
        return GradientCell.of(claim, problem, EXAMPLES, allocation, key);
    }

    private VarianceRow measure(Task task) {
        GradientCell cell = task.cell();
        double[] gradient = gradient(task.problem());
        double[] expected = cell.expectation().mean();
        double norm = StrictMath.sqrt(dot(gradient, gradient));
        double[] sum = new double[gradient.length];
        Moments distances = new Moments();
        Moments cosines = new Moments();
        CostLedger ledger = new CostLedger();
        long begun = System.nanoTime();
        for (int step = 0; step < estimates; step++) {
            float[] found = cell.runs()
                    .estimator()
                    .begin(step, EXAMPLES, cell.runs().key(), ledger)
                    .estimate(cell.runs().allocation())
                    .gradient();
            double distance = 0;
            double along = 0;
            double square = 0;
            for (int p = 0; p < found.length; p++) {
                sum[p] += found[p];
                distance += (found[p] - expected[p]) * (found[p] - expected[p]);
                along += found[p] * gradient[p];
                square += (double) found[p] * found[p];
            }
            distances.add(distance);
            cosines.add(square == 0 ? 0 : along / norm / StrictMath.sqrt(square));
        }
        double seconds = (System.nanoTime() - begun) * NANOSECONDS / estimates;
        double[] deviation = new double[gradient.length];
        for (int p = 0; p < deviation.length; p++) {
            deviation[p] = sum[p] / estimates - gradient[p];
        }
        long spent = ledger.queries() / estimates;
        return new VarianceRow(
                cell.estimator(),
                cell.problem(),
                spent,
                StrictMath.sqrt(dot(deviation, deviation)) / norm,
                StrictMath.sqrt(distances.mean() / estimates) / norm,
                distances.mean(),
                StrictMath.sqrt(distances.variance() / estimates),
                cell.variance(),
                spent * distances.mean() / (norm * norm),
                cosines.mean(),
                seconds);
    }

    /** ∇L of the batch. */
    private static double[] gradient(NamedProblem problem) {
        double[] mean = new double[problem.problem().dimension()];
        for (int example : EXAMPLES) {
            double[] one = problem.problem().gradient(problem.theta(), example);
            for (int p = 0; p < mean.length; p++) {
                mean[p] += one[p] / EXAMPLES.length;
            }
        }
        return mean;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
