package dev.flops.verify.gradient;

import dev.flops.verify.stat.Moments;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Says how many samples an estimate must average for what is tested to be no more skewed than a test declares. A mean of n
 * samples is √n times less skewed than one; a sum of squares of d of them never falls below a limit, which is at most √8, that of
 * the square of one normal number.
 *
 * <p>The pilot draws perturbations of its own: what it chooses is independent of what is tested.
 *
 * @param bound bound on |skewness| that the test declares
 */
record SkewnessPilot(double bound) {
    private static final int ESTIMATES = 10_000;

    /** Share of the bound that a pilot may show, since it knows a skewness only roughly. */
    private static final double SHARE = 0.7;

    private static final int LARGEST = 64;
    private static final int PURPOSE = -3;

    /**
     * A factor for the allocation.
     *
     * @param runs the estimates, with the smallest allocation
     * @param statistics what will be averaged
     * @return the least power of two that brings all skewnesses under seven tenths of the bound, at most {@value #LARGEST}
     */
    int factor(EstimatorRuns runs, List<ToDoubleFunction<float[]>> statistics) {
        int factor = 1;
        while (factor < LARGEST && largest(runs, statistics, factor) > SHARE * bound) {
            factor *= 2;
        }
        return factor;
    }

    private static double largest(EstimatorRuns runs, List<ToDoubleFunction<float[]>> statistics, int factor) {
        EstimatorRuns pilot = runs.with(factor, runs.key().fold(PURPOSE, factor));
        List<Moments> moments =
                statistics.stream().map(statistic -> new Moments()).toList();
        for (int step = 0; step < ESTIMATES; step++) {
            float[] gradient = pilot.estimate(step).gradient();
            for (int j = 0; j < moments.size(); j++) {
                moments.get(j).add(statistics.get(j).applyAsDouble(gradient));
            }
        }
        return moments.stream()
                .mapToDouble(one -> Math.abs(one.skewness()))
                .max()
                .orElse(0);
    }
}
