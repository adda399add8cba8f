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

    /** A copy in which unknown entries hold the mean of the known ones. */
    static double[] completed(double[] variances, double mean) {
        double[] completed = variances.clone();
        completeInPlace(completed, mean);
        return completed;
    }

    /** Puts the mean of the known entries in the place of the unknown ones. */
    static void completeInPlace(double[] variances, double mean) {
        for (int i = 0; i < variances.length; i++) {
            if (!known(variances[i])) {
                variances[i] = mean;
            }
        }
    }

    /** The known entries divided by their mean (&gt; 0), at least the floor; 1 where unknown. */
    static void relativeToMeanInto(double[] variances, double mean, double[] out) {
        for (int i = 0; i < variances.length; i++) {
            out[i] = known(variances[i]) ? Math.max(variances[i] / mean, FLOOR_FRACTION) : 1;
        }
    }
}
