package dev.flops.alloc.allocate;

import dev.flops.api.Allocation;
import dev.flops.api.SiteAllocation;

/**
 * Examples and sites together: how many samples n_ij example i receives at site j, when a sample there costs c_j,
 *
 * <pre>
 *   minimise Σ v_ij / n_ij   subject to   Σ c_j n_ij ≤ C,   n_ij ≥ n_min
 * </pre>
 *
 * <p>The real-valued optimum is n_ij ∝ √(v_ij/c_j). In whole numbers, samples are given in the order of their gain per cost
 *
 * <pre>
 *   v_ij / (n_ij (n_ij + 1) c_j)
 * </pre>
 *
 * from n_min on, ties to the lower i and then the lower j. The rule for the end: of two thresholds that bisection cannot tell apart the
 * samples above the higher one are all bought; then, in the order of their gain per cost, every further sample that the
 * remaining budget still pays for; a pair whose next sample is too dear is passed over for good. Samples without gain (v_ij = 0)
 * are not bought, and budget may be left over, always less than the cheapest sample when every v_ij &gt; 0.
 *
 * <p>With equal costs this is the exact integer optimum. With unequal costs it is a knapsack problem, and the rule is exact up to
 * the last indivisible sample: with λ the gain per cost of the first sample that is passed over, and r what is left of the
 * budget then, no allocation that costs at most C has a Σ v_ij/n_ij smaller by more than λ r.
 *
 * <p>Time O(B S log(1/ε) + B S log(B S)); memory O(B S).
 *
 * <p>References: Neyman, <em>On the two different aspects of the representative method</em>, Journal of the Royal Statistical
 * Society 97, 1934; Cochran, <em>Sampling Techniques</em>, 3rd edition, 1977, section 5.5 (optimum with costs per stratum).
 */
public final class SiteSolver {
    private static final GreedyKey GAIN_PER_COST = (variance, n, cost) -> variance / (n * (n + 1.0)) / cost;

    private final double[] variances; // (B, S)
    private final double[] costs; // (B, S)
    private final int minimum;
    private final double[] cap;
    private final GreedyKey key;

    /** What the next sample of a pair that has n of them gains per cost; decreasing in n. */
    @FunctionalInterface
    interface GreedyKey {
        double of(double variance, int n, double cost);
    }

    private SiteSolver(double[] variances, double[] costs, int minimum, double[] cap, GreedyKey key) {
        this.variances = variances;
        this.costs = costs;
        this.minimum = minimum;
        this.cap = cap;
        this.key = key;
    }

    /**
     * Solves the problem.
     *
     * @param variances v_ij ≥ 0, finite, B rows of S, not modified
     * @param costs c_j &gt; 0, finite, length S, not modified
     * @param budget C ≥ B n_min Σ c_j
     * @param minimum n_min ≥ 1
     * @return n_ij
     * @throws IllegalArgumentException if an argument is out of its range
     */
    public static SiteAllocation solve(double[][] variances, double[] costs, double budget, int minimum) {
        return solve(variances, costs, budget, minimum, GAIN_PER_COST);
    }

    static SiteAllocation solve(double[][] variances, double[] costs, double budget, int minimum, GreedyKey key) {
        requireFeasible(variances, costs, budget, minimum);
        int batch = variances.length;
        int sites = costs.length;
        double[] flat = new double[batch * sites];
        double[] flatCosts = new double[batch * sites];
        double[] cap = new double[batch * sites];
        double largest = 0;
        double spare = budget - batch * (double) minimum * sum(costs);
        for (int i = 0; i < batch; i++) {
            for (int j = 0; j < sites; j++) {
                flat[i * sites + j] = variances[i][j];
                flatCosts[i * sites + j] = costs[j];
                cap[i * sites + j] = Math.min(minimum + spare / costs[j], 1e9);
                largest = Math.max(largest, variances[i][j]);
            }
        }
        int shift = largest > 0 ? 500 - Math.getExponent(largest) : 0;
        for (int at = 0; at < flat.length; at++) {
            flat[at] = Math.scalb(flat[at], shift);
        }
        int[] n = new SiteSolver(flat, flatCosts, minimum, cap, key).samples(budget);
        return matrix(n, batch, sites);
    }

    /** Operations of a solution: some 60 passes of bisection with 10 per pair, and a heap. */
    static long flops(int batch, int sites) {
        long pairs = (long) batch * sites;
        return 600 * pairs + 4 * pairs * (64L - Long.numberOfLeadingZeros(pairs));
    }

    private static SiteAllocation matrix(int[] n, int batch, int sites) {
        Allocation[] bySite = new Allocation[sites];
        for (int j = 0; j < sites; j++) {
            int[] column = new int[batch];
            for (int i = 0; i < batch; i++) {
                column[i] = n[i * sites + j];
            }
            bySite[j] = Allocation.of(column);
        }
        return SiteAllocation.of(bySite);
    }

    private static void requireFeasible(double[][] variances, double[] costs, double budget, int minimum) {
        if (variances.length == 0) {
            throw new IllegalArgumentException("variances is empty, expected a row per example");
        }
        for (int i = 0; i < variances.length; i++) {
            AllocationChecks.requireLength("variances[" + i + "]", variances[i].length, costs.length);
            AllocationChecks.requireVariances("variances[" + i + "]", variances[i]);
        }
        AllocationChecks.requireCosts(costs);
        if (minimum < 1) {
            throw new IllegalArgumentException("minimum = " + minimum + ", expected >= 1");
        }
        double least = variances.length * (double) minimum * sum(costs);
        if (!(budget >= least && budget < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("budget = " + budget + ", expected >= " + least + " (" + variances.length
                    + " examples x " + minimum + " samples at every site) and finite");
        }
    }

    private static double sum(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum;
    }

    private int[] samples(double budget) {
        int[] n = new int[variances.length];
        fillAbove(threshold(budget), n);
        buyInPlace(n, budget - cost(n));
        return n;
    }

    /** A threshold whose samples the budget pays for, as low as bisection finds one. */
    private double threshold(double budget) {
        double high = 0;
        for (int at = 0; at < variances.length; at++) {
            high = Math.max(high, key.of(variances[at], minimum, costs[at]));
        }
        if (high == 0) {
            return 0;
        }
        int[] n = new int[variances.length];
        double low = high;
        do {
            high = low;
            low *= 0x1p-16;
            fillAbove(low, n);
        } while (cost(n) <= budget && low > Double.MIN_NORMAL);
        for (int pass = 0; pass < 60; pass++) {
            double middle = high > 4 * low ? StrictMath.sqrt(low) * StrictMath.sqrt(high) : low + (high - low) / 2;
            if (middle <= low || middle >= high) {
                break;
            }
            fillAbove(middle, n);
            if (cost(n) <= budget) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return high;
    }

    private double cost(int[] n) {
        double sum = 0;
        for (int at = 0; at < n.length; at++) {
            sum += n[at] * costs[at];
        }
        return sum;
    }

    /** The n ≥ n_min after which no further sample gains more per cost than the threshold. */
    private void fillAbove(double threshold, int[] n) {
        for (int at = 0; at < n.length; at++) {
            double ratio = variances[at] / costs[at] / threshold;
            double real = variances[at] == 0 || threshold == 0
                    ? minimum
                    : Math.ceil((StrictMath.sqrt(1 + 4 * ratio) - 1) / 2);
            int found = (int) Math.clamp(real, minimum, Math.max(minimum, cap[at] + 1));
            while (found > minimum && key.of(variances[at], found - 1, costs[at]) <= threshold) {
                found--;
            }
            while (found <= cap[at] && key.of(variances[at], found, costs[at]) > threshold && threshold > 0) {
                found++;
            }
            n[at] = found;
        }
    }

    /** Buys what the budget still pays for, by gain per cost. */
    private void buyInPlace(int[] n, double budget) {
        GainHeap heap = new GainHeap(n.length);
        for (int at = 0; at < n.length; at++) {
            heap.offer(at, key.of(variances[at], n[at], costs[at]));
        }
        double left = budget;
        while (!heap.isEmpty()) {
            int at = heap.top();
            if (costs[at] > left) {
                heap.removeTop();
            } else {
                left -= costs[at];
                n[at]++;
                heap.replaceTop(key.of(variances[at], n[at], costs[at]));
            }
        }
    }
}
