package dev.flops.alloc.allocate;

import dev.flops.api.Allocation;

/**
 * What an allocation is worth, given the variances v_i = s_i² of one sample of each example (true ones, or estimates).
 *
 * <p>V(n) = Σ v_i / n_i; the trace of the covariance of the batch gradient is V(n)/B². Equal allocation is taken as real
 * valued, n_i = N_s/B. With every v_i = 0 the ratios are 1 and the coefficient of variation is 0.
 *
 * <p>Of a weighted allocation V(n) = Σ ω_i² v_i / n_i over the examples with samples. For importance sampling, and v_i that are
 * second moments as estimators measure them, its expectation is B² (tr Cov(ĝ) + ‖∇L‖²/N_s), so that the variance of n is in it. An
 * example without samples may have an unknown v_i (NaN); the mean of the others stands for it.
 *
 * @param coefficientOfVariation CV = sd(s)/mean(s), with the population standard deviation
 * @param idealRatio (mean s)²/mean(s²) = 1/(1 + CV²): the best variance ratio to equal allocation that real-valued n_i ∝ s_i
 *     reaches
 * @param ratioToEqual V(n) / V(equal); below 1 is a gain
 * @param ratioToOptimum V(n) / V(n*), with n* the integer optimum for the same N_s and n_min; ≥ 1 unless weighted
 * @param entropy −Σ p_i ln p_i of the shares p_i = n_i/N_s, in nats
 * @param normalizedEntropy entropy / ln B in [0, 1], 1 for equal shares and for a batch of one
 */
public record AllocationDiagnostics(
        double coefficientOfVariation,
        double idealRatio,
        double ratioToEqual,
        double ratioToOptimum,
        double entropy,
        double normalizedEntropy) {

    /**
     * Computes the diagnostics.
     *
     * @param measured v_i ≥ 0, finite, length B, not modified; anything for an example without samples
     * @param allocation n
     * @param minimum n_min of the problem that the allocation solves; n_i ≥ n_min unless weighted
     * @return the diagnostics
     */
    public static AllocationDiagnostics of(double[] measured, Allocation allocation, int minimum) {
        return new AllocationMeter(allocation.examples()).diagnose(measured, allocation, minimum);
    }

    /**
     * V(n) = Σ ω_i² v_i / n_i over the examples with samples.
     *
     * @param variances v_i, not modified
     * @param allocation n and ω, of the same length
     * @return the sum
     */
    public static double variance(double[] variances, Allocation allocation) {
        AllocationChecks.requireLength("variances", variances.length, allocation.examples());
        double sum = 0;
        for (int i = 0; i < variances.length; i++) {
            if (allocation.samples(i) > 0) {
                sum += allocation.weight(i) * allocation.weight(i) * variances[i] / allocation.samples(i);
            }
        }
        return sum;
    }

    /**
     * V(n) = Σ v_i / n_i.
     *
     * @param variances v_i, not modified
     * @param samples n_i ≥ 1 of the same length, not modified
     * @return the sum
     */
    public static double variance(double[] variances, int[] samples) {
        AllocationChecks.requireLength("samples", samples.length, variances.length);
        double sum = 0;
        for (int i = 0; i < samples.length; i++) {
            sum += variances[i] / samples[i];
        }
        return sum;
    }

    /**
     * Coefficient of variation of s_i = √v_i; the whole value of allocation depends on it.
     *
     * @param variances v_i ≥ 0, not modified
     * @return sd(s)/mean(s), 0 when every v_i is 0
     */
    public static double coefficientOfVariation(double[] variances) {
        double mean = meanRoot(variances);
        if (mean == 0) {
            return 0;
        }
        double squares = 0;
        for (double variance : variances) {
            double deviation = (StrictMath.sqrt(variance) - mean) / mean;
            squares += deviation * deviation;
        }
        return StrictMath.sqrt(squares / variances.length);
    }

    /**
     * The variance ratio to equal allocation of the real-valued optimum.
     *
     * @param variances v_i ≥ 0, not modified
     * @return (mean s)²/mean(s²), 1 when every v_i is 0
     */
    public static double idealRatio(double[] variances) {
        double mean = meanRoot(variances);
        if (mean == 0) {
            return 1;
        }
        double squares = 0;
        for (double variance : variances) {
            squares += variance / mean / mean;
        }
        return variances.length / squares;
    }

    private static double meanRoot(double[] variances) {
        double sum = 0;
        for (double variance : variances) {
            sum += StrictMath.sqrt(variance);
        }
        return sum / variances.length;
    }
}
