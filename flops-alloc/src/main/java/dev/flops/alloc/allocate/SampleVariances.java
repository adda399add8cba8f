package dev.flops.alloc.allocate;

/** What the allocators do with estimates v̂_i that may be missing. An entry is known when it is finite and at least 0. */
final class SampleVariances {
    /** The least v̂_i that a logarithm or a reward sees, as a fraction of the mean. */
    static final double FLOOR_FRACTION = 1e-6;

    private SampleVariances() {}

    static boolean known(double variance) {
        return variance >= 0 && variance < Double.POSITIVE_INFINITY;
    }

    /** The mean of the known entries, NaN when there are none. */
    static double mean(double[] variances) {
        double sum = 0;
        int count = 0;
        for (double variance : variances) {
            if (known(variance)) {
                // Dividing first keeps the sum finite.
                sum += variance / variances.length;
                count++;
            }
        }
        return count == 0 ? Double.NaN : sum * ((double) variances.length / count);
    }

    /** A copy in which unknown entries hold the given value and none is below the floor. */
    static double[] completed(double[] variances, double replacement, double floor) {
        double[] completed = new double[variances.length];
        for (int i = 0; i < completed.length; i++) {
            completed[i] = Math.max(known(variances[i]) ? variances[i] : replacement, floor);
        }
        return completed;
    }
}
