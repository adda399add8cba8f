package dev.flops.alloc.allocate;

/**
 * What an allocation over examples and sites works from; all of it is known before the step's perturbations are drawn.
 *
 * @param costs c_j &gt; 0, what one sample costs at each site, in any unit; length S
 * @param rememberedVariances v̂_ij of earlier steps, B rows of S, NaN where unknown
 * @param minimum n_min ≥ 1, samples that each example receives at each site at least
 */
public record SiteSignals(double[] costs, double[][] rememberedVariances, int minimum) {
    /** Checks shapes and costs. */
    public SiteSignals {
        if (rememberedVariances.length == 0) {
            throw new IllegalArgumentException("rememberedVariances is empty, expected a row per example");
        }
        AllocationChecks.requireCosts(costs);
        if (minimum < 1) {
            throw new IllegalArgumentException("minimum = " + minimum + ", expected >= 1");
        }
        for (int i = 0; i < rememberedVariances.length; i++) {
            AllocationChecks.requireLength(
                    "rememberedVariances[" + i + "]", rememberedVariances[i].length, costs.length);
        }
    }

    /**
     * What an allocation of n_i samples to example i at every site costs.
     *
     * @param samples Σ n_i
     * @return Σ_j c_j Σ_i n_i
     */
    public double budget(int samples) {
        double sum = 0;
        for (double cost : costs) {
            sum += cost;
        }
        return samples * sum;
    }

    /** v̂_ij with the mean of the site where unknown, and of all sites where a site is unknown; 1 if nothing is known. */
    double[][] completed() {
        double[][] columns = new double[costs.length][];
        double total = 0;
        int known = 0;
        for (int j = 0; j < columns.length; j++) {
            double[] column = new double[rememberedVariances.length];
            for (int i = 0; i < column.length; i++) {
                column[i] = rememberedVariances[i][j];
            }
            columns[j] = column;
            double mean = SampleVariances.mean(column);
            total += Double.isNaN(mean) ? 0 : mean;
            known += Double.isNaN(mean) ? 0 : 1;
        }
        double[][] completed = new double[rememberedVariances.length][costs.length];
        for (int j = 0; j < columns.length; j++) {
            double mean = SampleVariances.mean(columns[j]);
            double filler = !Double.isNaN(mean) ? mean : known > 0 ? total / known : 1;
            double[] column = SampleVariances.completed(columns[j], filler);
            for (int i = 0; i < column.length; i++) {
                completed[i][j] = column[i];
            }
        }
        return completed;
    }
}
