package dev.flops.alloc.allocate;

/**
 * The exact integer allocation of least variance:
 *
 * <pre>
 *   minimise Σ v_i / n_i   subject to   Σ n_i = N_s,   n_min ≤ n_i ≤ n_max
 * </pre>
 *
 * <p>The objective is separable and convex, so that giving one sample after the other to the example with the largest gain
 * v_i/n_i − v_i/(n_i + 1) = v_i / (n_i (n_i + 1)), from n_min on, is exact. The solver reaches the same result faster. For a
 * threshold λ the samples whose gain exceeds λ form a prefix of the greedy order, and example i has
 *
 * <pre>
 *   n_i(λ) = clamp(⌈(−1 + √(1 + 4 v_i/λ)) / 2⌉, n_min, n_max)
 * </pre>
 *
 * of them. Bisection finds a λ with N_s − B ≤ Σ n_i(λ) ≤ N_s where ties allow one, and the greedy rule, with a heap, hands out
 * the rest. Equal gains go to the lower index. Samples that gain nothing (v_i = 0, everything else full) go to the examples
 * with the fewest samples, in the order of their index.
 *
 * <p>Exactness holds in terms of the gains as computed in double: n_i(λ) is corrected by comparing gains, never trusted to a
 * rounded square root. Variances are scaled by a power of two first, which is exact while they span less than 2^1900, so that
 * their unit does not matter. Time O(B log(1/ε) + B log B), independent of N_s; memory O(B).
 *
 * <p>The functions are stateless; an instance solves problems of one size again and again in the same memory, for one thread at a time.
 *
 * <p>References: Neyman, <em>On the two different aspects of the representative method</em>, Journal of the Royal Statistical
 * Society 97, 1934 (real-valued optimum n_i ∝ √v_i); Wright, <em>The equivalence of Neyman optimum allocation for sampling
 * and equal proportions for apportioning the U.S. House of Representatives</em>, The American Statistician 66(4), 2012
 * (integer optimum).
 */
public final class NeymanSolver {
    private static final int TOP_EXPONENT = 1000;
    private static final GreedyKey GAIN = (variance, n) -> variance / (n * (n + 1.0));

    private final GreedyKey key;
    private final double[] variances; // scaled
    private final GainHeap heap;
    private int minimum;
    private int maximum;

    /** What the next sample of an example that has n of them gains; decreasing in n. */
    @FunctionalInterface
    interface GreedyKey {
        double of(double variance, int n);
    }

    /** A solver of problems with this many examples. */
    NeymanSolver(int examples) {
        this(examples, GAIN);
    }

    private NeymanSolver(int examples, GreedyKey key) {
        this.key = key;
        this.variances = new double[examples];
        this.heap = new GainHeap(examples);
    }

    /**
     * Solves the problem.
     *
     * @param variances v_i ≥ 0, finite, length B ≥ 1, not modified
     * @param samples N_s, with B · n_min ≤ N_s ≤ B · n_max
     * @param minimum n_min ≥ 1
     * @param maximum n_max ≥ n_min; {@link Integer#MAX_VALUE} for none
     * @return n, length B
     * @throws IllegalArgumentException if an argument is out of its range
     */
    public static int[] solve(double[] variances, int samples, int minimum, int maximum) {
        return solve(variances, samples, minimum, maximum, GAIN);
    }

    /**
     * Solves the problem for a leave-one-out baseline, where the mean of n samples has the variance v_i/(n_i − 1):
     *
     * <pre>
     *   minimise Σ v_i / (n_i − 1)   subject to   Σ n_i = N_s,   n_min ≤ n_i ≤ n_max,   greedy key v_i/(n_i (n_i − 1))
     * </pre>
     *
     * @param variances v_i ≥ 0, finite, length B ≥ 1, not modified
     * @param samples N_s
     * @param minimum n_min ≥ 2
     * @param maximum n_max ≥ n_min; {@link Integer#MAX_VALUE} for none
     * @return n, length B
     * @throws IllegalArgumentException if an argument is out of its range
     */
    public static int[] solveLeaveOneOut(double[] variances, int samples, int minimum, int maximum) {
        int[] n = new int[variances.length];
        new NeymanSolver(variances.length).solveLeaveOneOutInto(variances, samples, minimum, maximum, n);
        return n;
    }

    /** {@link #solveLeaveOneOut} into an array. */
    void solveLeaveOneOutInto(double[] raw, int samples, int least, int most, int[] n) {
        if (least < 2) {
            throw new IllegalArgumentException("minimum = " + least + ", expected >= 2");
        }
        solveInto(raw, samples - raw.length, least - 1, most - 1, n);
        for (int i = 0; i < n.length; i++) {
            n[i]++;
        }
    }

    /** Operations of a solution: some 60 passes of bisection with 8 per example, and a heap. */
    static long flops(int batch) {
        return 480L * batch + 4L * batch * (32L - Integer.numberOfLeadingZeros(batch));
    }

    /**
     * Solves the problem for samples that come in groups, such as pairs or sets of directions: every n_i is a multiple of the
     * group.
     *
     * @param variances v_i ≥ 0, finite, length B ≥ 1, not modified
     * @param samples N_s, a multiple of the group
     * @param minimum least n_i, rounded up to a multiple of the group
     * @param maximum largest n_i, rounded down to a multiple of the group
     * @param group samples of a group, at least 1
     * @return n, length B
     * @throws IllegalArgumentException if an argument is out of its range
     */
    public static int[] solveInGroups(double[] variances, int samples, int minimum, int maximum, int group) {
        if (group < 1) {
            throw new IllegalArgumentException("group = " + group + ", expected >= 1");
        }
        if (samples % group != 0) {
            throw new IllegalArgumentException("samples = " + samples + ", expected a multiple of " + group);
        }
        int[] n = solve(variances, samples / group, Math.ceilDiv(minimum, group), maximum / group);
        for (int i = 0; i < n.length; i++) {
            n[i] *= group;
        }
        return n;
    }

    static int[] solve(double[] variances, int samples, int minimum, int maximum, GreedyKey key) {
        int[] n = new int[variances.length];
        new NeymanSolver(variances.length, key).solveInto(variances, samples, minimum, maximum, n);
        return n;
    }

    /**
     * {@link #solve(double[], int, int, int)} into an array.
     *
     * @param raw v_i, not modified
     * @param samples N_s
     * @param least n_min
     * @param most n_max
     * @param n modified: receives n, length B
     */
    void solveInto(double[] raw, int samples, int least, int most, int[] n) {
        requireFeasible(raw, samples, least, most);
        readScaled(raw);
        minimum = least;
        // No example can have more than what the minima of the others leave.
        maximum = (int) Math.min(most, samples - (n.length - 1L) * least);
        aboveThresholdInto(samples, n);
        int left = samples - (int) sum(n);
        left = greedyInPlace(n, left);
        fillEvenlyInPlace(n, left, maximum);
    }

    private static void requireFeasible(double[] variances, int samples, int minimum, int maximum) {
        if (variances.length == 0) {
            throw new IllegalArgumentException("variances is empty, expected one entry per example");
        }
        AllocationChecks.requireVariances("variances", variances);
        if (minimum < 1) {
            throw new IllegalArgumentException("minimum = " + minimum + ", expected >= 1");
        }
        if (maximum < minimum) {
            throw new IllegalArgumentException("maximum = " + maximum + ", expected >= minimum = " + minimum);
        }
        long least = (long) variances.length * minimum;
        long most = (long) variances.length * maximum;
        if (samples < least || samples > most) {
            throw new IllegalArgumentException("samples = " + samples + ", expected " + least + " <= samples <= " + most
                    + " (" + variances.length + " examples x " + minimum + " to " + maximum + ")");
        }
    }

    /** The variances times the power of two that brings the largest near the top of the range; all zero if they are. */
    private void readScaled(double[] raw) {
        double largest = 0;
        for (double variance : raw) {
            largest = Math.max(largest, variance);
        }
        int shift = largest > 0 ? TOP_EXPONENT - Math.getExponent(largest) : 0;
        for (int i = 0; i < raw.length; i++) {
            variances[i] = Math.scalb(raw[i], shift);
        }
    }

    /** n(λ) for a λ that leaves as few samples as bisection can, at most B unless gains tie. */
    private void aboveThresholdInto(int samples, int[] n) {
        double high = 0;
        for (double variance : variances) {
            high = Math.max(high, key.of(variance, minimum));
        }
        double low = high;
        double factor = 0x1p-20;
        while (low > Double.MIN_NORMAL && total(low) <= samples) {
            high = low;
            low = Math.max(low * factor, Double.MIN_NORMAL);
            factor *= factor;
        }
        int close = samples - variances.length;
        while (total(high) < close) {
            double middle = high > 4 * low ? StrictMath.sqrt(low) * StrictMath.sqrt(high) : low + (high - low) / 2;
            if (middle <= low || middle >= high) {
                break;
            }
            if (total(middle) <= samples) {
                high = middle;
            } else {
                low = middle;
            }
        }
        for (int i = 0; i < n.length; i++) {
            n[i] = samplesAbove(variances[i], high);
        }
    }

    private long total(double threshold) {
        long total = 0;
        for (double variance : variances) {
            total += samplesAbove(variance, threshold);
        }
        return total;
    }

    /** The n in [n_min, n_max] after which no further sample gains more than the threshold. */
    private int samplesAbove(double variance, double threshold) {
        if (variance == 0) {
            return minimum;
        }
        double real = Math.ceil((StrictMath.sqrt(1 + 4 * (variance / threshold)) - 1) / 2);
        int n = (int) Math.clamp(real, minimum, maximum);
        while (n > minimum && key.of(variance, n - 1) <= threshold) {
            n--;
        }
        while (n < maximum && key.of(variance, n) > threshold) {
            n++;
        }
        return n;
    }

    /** Hands out samples by gain while there is one; returns how many are left. */
    private int greedyInPlace(int[] n, int left) {
        heap.clear();
        for (int i = 0; i < n.length; i++) {
            heap.offer(i, gain(n, i));
        }
        int remaining = left;
        while (remaining > 0 && !heap.isEmpty()) {
            int top = heap.top();
            n[top]++;
            remaining--;
            heap.replaceTop(gain(n, top));
        }
        return remaining;
    }

    private double gain(int[] n, int i) {
        return n[i] < maximum ? key.of(variances[i], n[i]) : 0;
    }

    /** Raises the lowest entries to a common level, then one more by index: for samples that gain nothing. */
    private static void fillEvenlyInPlace(int[] n, int left, int maximum) {
        if (left == 0) {
            return;
        }
        long low = maximum;
        for (int value : n) {
            low = Math.min(low, value);
        }
        long high = maximum;
        while (low < high) {
            long middle = (low + high + 1) >>> 1;
            if (raised(n, middle) <= left) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        int remaining = left - (int) raised(n, low);
        for (int i = 0; i < n.length; i++) {
            n[i] = Math.max(n[i], (int) low);
        }
        for (int i = 0; i < n.length && remaining > 0; i++) {
            if (n[i] == low && n[i] < maximum) {
                n[i]++;
                remaining--;
            }
        }
    }

    private static long raised(int[] n, long level) {
        long raised = 0;
        for (int value : n) {
            raised += Math.max(0, level - value);
        }
        return raised;
    }

    private static long sum(int[] n) {
        long sum = 0;
        for (int value : n) {
            sum += value;
        }
        return sum;
    }
}
