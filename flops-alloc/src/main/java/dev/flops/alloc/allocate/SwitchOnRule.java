package dev.flops.alloc.allocate;

/**
 * When allocation pays for itself, counted in floating-point operations and never in seconds.
 *
 * <p>With the coefficient of variation CV of s_i, allocation reaches the variance of equal shares with 1/(1 + CV²) of the samples. It
 * is switched on when what that saves exceeds the allocator's own operations, with a margin:
 *
 * <pre>
 *   N_s f CV²/(1 + CV²) &gt; margin · overhead      f operations of a sample
 * </pre>
 *
 * <p>CV is measured without the noise of the v̂_i: remembered and newly measured ones have independent errors, so that over the
 * examples that have both, with a_i = √v̂_i remembered and b_i = √v̂_i new,
 *
 * <pre>
 *   CV² = mean(a b) / (mean a · mean b) − 1
 * </pre>
 *
 * counts only differences between examples that last from one visit to the next, which are those that an allocator can use. A
 * CV from one set of estimates would call their noise a gain.
 *
 * @param margin at least 0; above 1 asks for more than the overhead back, 0 switches on whenever a sample costs something and
 *     CV² is positive
 */
public record SwitchOnRule(double margin) {
    /** Checks the range. */
    public SwitchOnRule {
        if (!(margin >= 0 && margin < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("margin = " + margin + ", expected >= 0 and finite");
        }
    }

    /**
     * The rule with margin 1.
     *
     * @return the rule
     */
    public static SwitchOnRule defaults() {
        return new SwitchOnRule(1);
    }

    /**
     * Decides.
     *
     * @param squaredCv CV² of s_i; what is not positive counts as 0
     * @param samples N_s ≥ 0
     * @param sampleFlops f, operations of one sample as the ledger counted them; NaN, unknown, keeps allocation off
     * @param overheadFlops operations of the allocator in one step
     * @return whether allocation pays
     */
    public boolean pays(double squaredCv, long samples, double sampleFlops, double overheadFlops) {
        double saved = squaredCv > 0 ? samples * sampleFlops * (squaredCv / (1 + squaredCv)) : 0;
        return saved > margin * overheadFlops;
    }

    /**
     * CV² from two sets of estimates with independent errors.
     *
     * @param remembered v̂_i of earlier steps, NaN where unknown, not modified
     * @param measured v̂_i of this step, NaN where unknown, of the same length, not modified
     * @return the estimate, which can be negative; NaN if fewer than two examples have both or their mean is 0
     */
    public static double squaredCv(double[] remembered, double[] measured) {
        AllocationChecks.requireLength("measured", measured.length, remembered.length);
        double scaleA = SampleVariances.mean(remembered);
        double scaleB = SampleVariances.mean(measured);
        if (!(scaleA > 0 && scaleB > 0)) {
            return Double.NaN;
        }
        double sumA = 0;
        double sumB = 0;
        double products = 0;
        int count = 0;
        for (int i = 0; i < remembered.length; i++) {
            if (SampleVariances.known(remembered[i]) && SampleVariances.known(measured[i])) {
                double a = StrictMath.sqrt(remembered[i] / scaleA);
                double b = StrictMath.sqrt(measured[i] / scaleB);
                sumA += a;
                sumB += b;
                products += a * b;
                count++;
            }
        }
        return count < 2 || sumA == 0 || sumB == 0 ? Double.NaN : products / sumA / sumB * count - 1;
    }
}
