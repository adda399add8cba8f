package dev.flops.alloc.allocate;

import dev.flops.api.Allocation;

/**
 * Computes {@link AllocationDiagnostics} for batches of one size, step after step in the same memory.
 *
 * <p>Not safe for use by several threads at once.
 */
public final class AllocationMeter {
    private final double[] variances;
    private final int[] best;
    private final NeymanSolver solver;

    /**
     * A meter.
     *
     * @param batch B ≥ 1
     */
    public AllocationMeter(int batch) {
        this.variances = new double[batch];
        this.best = new int[batch];
        this.solver = new NeymanSolver(batch);
    }

    /**
     * Computes the diagnostics.
     *
     * @param measured v_i ≥ 0, finite, length B, not modified; anything for an example without samples
     * @param allocation n, of B examples
     * @param minimum n_min of the problem that the allocation solves; n_i ≥ n_min unless weighted
     * @return the diagnostics
     */
    public AllocationDiagnostics diagnose(double[] measured, Allocation allocation, int minimum) {
        read(measured, allocation, minimum);
        solver.solveInto(variances, allocation.total(), minimum, Integer.MAX_VALUE, best);
        double spent = AllocationDiagnostics.variance(variances, allocation);
        double equal = AllocationReward.equalVariance(variances, allocation.total());
        double entropy = entropy(allocation);
        return new AllocationDiagnostics(
                AllocationDiagnostics.coefficientOfVariation(variances),
                AllocationDiagnostics.idealRatio(variances),
                ratio(spent, equal),
                ratio(spent, AllocationDiagnostics.variance(variances, best)),
                entropy,
                variances.length == 1 ? 1 : entropy / StrictMath.log(variances.length));
    }

    /** The variances, with the mean where an example has no sample and an unknown variance. */
    private void read(double[] measured, Allocation allocation, int minimum) {
        AllocationChecks.requireLength("allocation", allocation.examples(), variances.length);
        AllocationChecks.requireLength("variances", measured.length, variances.length);
        System.arraycopy(measured, 0, variances, 0, variances.length);
        double mean = SampleVariances.mean(measured);
        for (int i = 0; i < variances.length; i++) {
            if (allocation.samples(i) == 0 && !SampleVariances.known(variances[i])) {
                variances[i] = mean;
            }
            if (allocation.samples(i) < minimum && !allocation.isWeighted()) {
                throw new IllegalArgumentException(
                        "allocation[" + i + "] = " + allocation.samples(i) + ", expected >= minimum = " + minimum);
            }
        }
        AllocationChecks.requireVariances("variances", variances);
    }

    private static double entropy(Allocation allocation) {
        double entropy = 0;
        for (int i = 0; i < allocation.examples(); i++) {
            double share = (double) allocation.samples(i) / allocation.total();
            entropy -= allocation.samples(i) == 0 ? 0 : share * StrictMath.log(share);
        }
        return entropy;
    }

    private static double ratio(double numerator, double denominator) {
        return denominator == 0 ? 1 : numerator / denominator;
    }
}
