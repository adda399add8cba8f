package dev.flops.verify.suite;

import dev.flops.api.Allocation;
import dev.flops.api.RandomKey;
import dev.flops.tensor.Workers;
import dev.flops.verify.gradient.CellTest;
import dev.flops.verify.gradient.EstimatorClaim;
import dev.flops.verify.gradient.GradientCell;
import dev.flops.verify.mutant.Mutant;
import dev.flops.verify.problem.NamedProblem;
import dev.flops.verify.stat.TestResult;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * Holds claims against problems. Every pair of a claim and a problem that the claim says something of is a cell; the
 * declared α is shared by all cells (union bound), and within a cell by all hypotheses (Holm). The batch is examples 2, 0, 1
 * of each problem, with 2, 5 and 3 samples where the estimator takes any allocation; with a multiple of that where what is
 * averaged would be more skewed than declared ({@link GradientCell#sized}).
 *
 * @param design rates
 * @param mutants defects that each cell is given in turn, where they can show
 */
public record Verification(VerificationDesign design, List<Mutant> mutants) {
    private static final int[] EXAMPLES = {2, 0, 1};
    private static final Allocation UNEQUAL = Allocation.of(2, 5, 3);
    private static final Allocation EQUAL = Allocation.of(3, 3, 3);
    private static final Allocation ONCE = Allocation.of(1, 1, 1);
    private static final double NANOSECONDS = 1e-9;

    /** Copies the list. */
    public Verification {
        mutants = List.copyOf(mutants);
    }

    /**
     * A verification without mutants.
     *
     * @param design rates
     */
    public Verification(VerificationDesign design) {
        this(design, List.of());
    }

    /**
     * Verifies one estimator, on the calling thread.
     *
     * @param claim the estimator
     * @param problems problems of at least three examples
     * @return what was found
     */
    public VerificationReport verify(EstimatorClaim claim, List<NamedProblem> problems) {
        return verify(List.of(claim), problems, Workers.callingThread(), (cell, done, total) -> {});
    }

    /**
     * Verifies estimators. What is found does not depend on the workers.
     *
     * @param claims the estimators
     * @param problems problems of at least three examples
     * @param workers work on different cells
     * @param listener is told of every cell, by one thread at a time
     * @return what was found
     * @throws IllegalArgumentException if no claim says anything of any of the problems
     */
    public VerificationReport verify(
            List<EstimatorClaim> claims, List<NamedProblem> problems, Workers workers, VerificationListener listener) {
        List<Pair> pairs = pairs(claims, problems);
        if (pairs.isEmpty()) {
            throw new IllegalArgumentException("claims = " + claims + " say nothing of problems = " + problems
                    + ", expected at least one pair with a known expectation");
        }
        CellTest test = design.forEachOf(pairs.size());
        List<GradientCell> cells = inParallel(pairs.size(), workers, task -> cell(pairs.get(task), test));
        Progress progress = new Progress(listener, countReports(cells));
        List<List<CellReport>> reports =
                inParallel(cells.size(), workers, task -> runWithMutants(test, cells.get(task), progress));
        return new VerificationReport(
                design, reports.stream().flatMap(List::stream).toList());
    }

    private int countReports(List<GradientCell> cells) {
        int count = cells.size();
        for (GradientCell cell : cells) {
            count += applicable(cell).size();
        }
        return count;
    }

    private List<CellReport> runWithMutants(CellTest test, GradientCell cell, Progress progress) {
        List<CellReport> reports = new ArrayList<>();
        reports.add(progress.passOn(run(test, cell, Optional.empty())));
        for (Mutant mutant : applicable(cell)) {
            reports.add(progress.passOn(run(test, altered(cell, mutant), Optional.of(mutant.name()))));
        }
        return reports;
    }

    private static final class Progress {
        private final VerificationListener listener;
        private final int total;
        private int done;

        Progress(VerificationListener listener, int total) {
            this.listener = listener;
            this.total = total;
        }

        synchronized CellReport passOn(CellReport report) {
            listener.onCell(report, ++done, total);
            return report;
        }
    }

    /** A claim and a problem that it says something of. */
    private record Pair(EstimatorClaim claim, NamedProblem problem) {}

    private static List<Pair> pairs(List<EstimatorClaim> claims, List<NamedProblem> problems) {
        return claims.stream()
                .flatMap(claim -> problems.stream().map(problem -> new Pair(claim, problem)))
                .filter(pair -> pair.claim()
                        .mean()
                        .of(pair.problem().problem(), pair.problem().theta(), EXAMPLES[0])
                        .isPresent())
                .toList();
    }

    private GradientCell cell(Pair pair, CellTest test) {
        Allocation allocation = switch (pair.claim().shares()) {
            case ANY -> UNEQUAL;
            case EQUAL -> EQUAL;
            case ONE -> ONCE;
        };
        RandomKey key = RandomKey.ofSeed(design.seed())
                .forPurpose(RandomKey.Purpose.PERTURBATION)
                .fold(pair.claim().name().hashCode(), pair.problem().name().hashCode());
        return GradientCell.sized(pair.claim(), pair.problem(), EXAMPLES, allocation, key, test)
                .orElseThrow();
    }

    private static <T> List<T> inParallel(int count, Workers workers, IntFunction<T> work) {
        List<Optional<T>> results = new ArrayList<>(Collections.nCopies(count, Optional.empty()));
        workers.forEach(count, (worker, task) -> {
            T result = work.apply(task);
            synchronized (results) {
                results.set(task, Optional.of(result));
            }
        });
        return results.stream().flatMap(Optional::stream).toList();
    }

    /** A defect of the expectation must show in the expectation. */
    private static GradientCell altered(GradientCell cell, Mutant mutant) {
        GradientCell altered =
                cell.withEstimator(mutant.alteration().of(cell.runs().estimator(), cell.sigma()));
        return mutant.detection() == Mutant.Detection.VARIANCE ? altered : altered.withoutVariance();
    }

    private List<Mutant> applicable(GradientCell cell) {
        return mutants.stream()
                .filter(mutant -> mutant.shows(
                        cell.runs().allocation(), cell.random(), cell.variance().isPresent()))
                .toList();
    }

    private static CellReport run(CellTest test, GradientCell cell, Optional<String> mutant) {
        long begun = System.nanoTime();
        List<TestResult> results = test.run(cell);
        double seconds = (System.nanoTime() - begun) * NANOSECONDS;
        return new CellReport(cell.estimator(), cell.problem(), mutant, results, seconds);
    }
}
