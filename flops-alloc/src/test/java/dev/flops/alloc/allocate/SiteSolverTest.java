package dev.flops.alloc.allocate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.flops.api.SiteAllocation;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Examples and sites: against brute force on small problems, against a plain greedy loop and the solver without sites on large ones. */
final class SiteSolverTest {
    /** A problem with whole variances and costs, so that budgets are met without rounding. */
    record Problem(double[][] variances, double[] costs, int budget, int minimum) {
        static Problem random(long seed, int examples, int sites, int spare, boolean equalCosts) {
            SplittableRandom random = new SplittableRandom(seed);
            double[][] variances = new double[examples][sites];
            for (double[] row : variances) {
                for (int j = 0; j < sites; j++) {
                    row[j] = random.nextInt(6) == 0 ? 0 : random.nextInt(1, 2000);
                }
            }
            double[] costs = new double[sites];
            int sum = 0;
            for (int j = 0; j < sites; j++) {
                costs[j] = equalCosts ? 1 : random.nextInt(1, 8);
                sum += (int) costs[j];
            }
            int minimum = random.nextInt(1, 3);
            int budget = examples * minimum * sum + random.nextInt(spare + 1);
            return new Problem(variances, costs, budget, minimum);
        }

        SiteAllocation solved() {
            return SiteSolver.solve(variances, costs, budget, minimum);
        }

        SiteAllocation solved(SiteSolver.GreedyKey key) {
            return SiteSolver.solve(variances, costs, budget, minimum, key);
        }
    }

    @Property(tries = 1000)
    void keepsTheBudgetAndTheMinimum(@ForAll long seed) {
        Problem problem = Problem.random(seed, 4, 3, 300, false);
        SiteAllocation n = problem.solved();
        double cost = 0;
        for (int i = 0; i < 4; i++) {
            for (int j = 0; j < 3; j++) {
                assertThat(n.samples(i, j)).isGreaterThanOrEqualTo(problem.minimum());
                cost += n.samples(i, j) * problem.costs()[j];
            }
        }
        assertThat(cost).isLessThanOrEqualTo(problem.budget());
        boolean allGain = java.util.Arrays.stream(problem.variances())
                .flatMapToDouble(java.util.Arrays::stream)
                .allMatch(v -> v > 0);
        if (allGain) {
            double least = java.util.Arrays.stream(problem.costs()).min().orElseThrow();
            assertThat(problem.budget() - cost).isLessThan(least);
        }
    }

    /** With equal costs every allocation of the budget is tried, and none is better. */
    @Property(tries = 300)
    void isExactForEqualCosts(@ForAll long seed) {
        Problem problem = Problem.random(seed, 2, 2, 10, true);
        assertThat(excess(problem, problem.solved())).isLessThan(1e-9);
    }

    /** With unequal costs no affordable allocation is better by more than the stated bound. */
    @Property(tries = 300)
    void isWithinTheLastIndivisibleSampleOtherwise(@ForAll long seed) {
        Problem problem = Problem.random(seed, 2, 2, 24, false);
        assertThat(excess(problem, problem.solved())).isLessThanOrEqualTo(bound(problem) * (1 + 1e-9) + 1e-9);
    }

    @Test
    void bruteForceRejectsKeysWithoutTheCostAndWithNSquared() {
        int withoutCost = 0;
        int squared = 0;
        for (int seed = 0; seed < 200; seed++) {
            Problem problem = Problem.random(seed, 2, 2, 24, false);
            double limit = bound(problem) * (1 + 1e-9) + 1e-9;
            withoutCost += excess(problem, problem.solved((v, n, c) -> v / (n * (n + 1.0)))) > limit ? 1 : 0;
            Problem equal = Problem.random(seed, 2, 2, 10, true);
            squared += excess(equal, equal.solved((v, n, c) -> v / ((double) n * n) / c)) > 1e-9 ? 1 : 0;
        }
        assertThat(withoutCost).isPositive();
        assertThat(squared).isPositive();
    }

    @Property(tries = 300)
    void equalsAPlainGreedyLoop(@ForAll long seed) {
        Problem problem = Problem.random(seed, 5, 4, 3000, false);
        int[][] expected = greedy(problem, new double[2]);
        SiteAllocation found = problem.solved();
        for (int i = 0; i < 5; i++) {
            for (int j = 0; j < 4; j++) {
                assertThat(found.samples(i, j)).isEqualTo(expected[i][j]);
            }
        }
    }

    @Property(tries = 200)
    void isTheSolverOfExamplesForOneSite(@ForAll long seed) {
        Problem problem = Problem.random(seed, 9, 1, 500, true);
        double[] column = new double[9];
        boolean some = false;
        for (int i = 0; i < 9; i++) {
            column[i] = problem.variances()[i][0];
            some |= column[i] > 0;
        }
        if (some) {
            int[] expected = NeymanSolver.solve(column, problem.budget(), problem.minimum(), Integer.MAX_VALUE);
            assertThat(problem.solved().site(0).toArray()).isEqualTo(expected);
        }
    }

    @Test
    void theRealOptimumIsProportionalToTheRootOfVariancePerCost() {
        SiteAllocation n = SiteSolver.solve(new double[][] {{9, 4}, {1, 16}}, new double[] {1, 4}, 1.2e6, 1);
        // √(v/c): 3, 1; 1, 2. Cost 3 + 4 + 1 + 8 = 16 per unit, 75,000 units.
        assertThat(n.samples(0, 0)).isBetween(224_990, 225_010);
        assertThat(n.samples(0, 1)).isBetween(74_990, 75_010);
        assertThat(n.samples(1, 0)).isBetween(74_990, 75_010);
        assertThat(n.samples(1, 1)).isBetween(149_990, 150_010);
    }

    @Test
    void samplesWithoutGainAreNotBought() {
        SiteAllocation n = SiteSolver.solve(new double[2][2], new double[] {1, 2}, 1000, 3);
        assertThat(n.total()).isEqualTo(12);
    }

    @Test
    void refusesBadArguments() {
        double[][] ok = {{1, 2}};
        assertRefused(
                "budget = 2.5, expected >= 3.0 (1 examples x 1 samples at every site) and finite", ok, 2.5, 1, 1, 2);
        assertRefused("costs[1] = 0.0, expected > 0 and finite", ok, 9, 1, 1, 0);
        assertRefused("variances[0].length = 2, expected 1", ok, 9, 1, 1);
        assertRefused("variances[0][1] = NaN, expected >= 0 and finite", new double[][] {{1, Double.NaN}}, 9, 1, 1, 1);
        assertRefused("minimum = 0, expected >= 1", ok, 9, 0, 1, 1);
        assertRefused("variances is empty, expected a row per example", new double[0][], 9, 1, 1);
        assertRefused("costs is empty, expected one entry per site", new double[][] {{}}, 9, 1);
    }

    private static void assertRefused(
            String message, double[][] variances, double budget, int minimum, double... costs) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SiteSolver.solve(variances, costs, budget, minimum))
                .withMessage(message);
    }

    /** How much larger Σ v/n is than the least of all affordable allocations. */
    private static double excess(Problem problem, SiteAllocation found) {
        int[][] n = new int[2][2];
        for (int i = 0; i < 2; i++) {
            for (int j = 0; j < 2; j++) {
                n[i][j] = found.samples(i, j);
            }
        }
        return value(problem, n) - bruteForce(problem, new int[2][2], 0, problem.budget());
    }

    private static double bruteForce(Problem problem, int[][] n, int pair, double left) {
        if (pair == 4) {
            return value(problem, n);
        }
        double cost = problem.costs()[pair % 2];
        double later = 0;
        for (int p = pair + 1; p < 4; p++) {
            later += problem.minimum() * problem.costs()[p % 2];
        }
        double best = Double.POSITIVE_INFINITY;
        for (int k = problem.minimum(); k * cost + later <= left; k++) {
            n[pair / 2][pair % 2] = k;
            best = Math.min(best, bruteForce(problem, n, pair + 1, left - k * cost));
        }
        return best;
    }

    private static double value(Problem problem, int[][] n) {
        double sum = 0;
        for (int i = 0; i < n.length; i++) {
            for (int j = 0; j < n[i].length; j++) {
                sum += problem.variances()[i][j] / n[i][j];
            }
        }
        return sum;
    }

    /** λ r of the first sample that is passed over. */
    private static double bound(Problem problem) {
        double[] passed = new double[2];
        greedy(problem, passed);
        return passed[0] * passed[1];
    }

    /** The rule itself, one sample at a time; {@code passed} receives λ and r. */
    private static int[][] greedy(Problem problem, double[] passed) {
        int examples = problem.variances().length;
        int sites = problem.costs().length;
        int[][] n = new int[examples][sites];
        boolean[][] over = new boolean[examples][sites];
        double left = problem.budget();
        for (int i = 0; i < examples; i++) {
            for (int j = 0; j < sites; j++) {
                n[i][j] = problem.minimum();
                left -= problem.minimum() * problem.costs()[j];
            }
        }
        boolean first = true;
        while (true) {
            int best = -1;
            double gain = 0;
            for (int pair = 0; pair < examples * sites; pair++) {
                int k = n[pair / sites][pair % sites];
                double g = problem.variances()[pair / sites][pair % sites]
                        / ((double) k * (k + 1))
                        / problem.costs()[pair % sites];
                if (!over[pair / sites][pair % sites] && g > gain) {
                    gain = g;
                    best = pair;
                }
            }
            if (best < 0) {
                return n;
            }
            double cost = problem.costs()[best % sites];
            if (cost <= left) {
                n[best / sites][best % sites]++;
                left -= cost;
            } else {
                over[best / sites][best % sites] = true;
                passed[0] = first ? gain : passed[0];
                passed[1] = first ? left : passed[1];
                first = false;
            }
        }
    }
}
