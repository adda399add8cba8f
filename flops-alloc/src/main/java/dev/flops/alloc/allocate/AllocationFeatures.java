package dev.flops.alloc.allocate;

import dev.flops.api.AllocationRequest;

/**
 * One feature z_i per example, the best signal that there is for it:
 *
 * <ol>
 *   <li>log of the remembered ŝ_i = √v̂_i, where v̂_i is known (floored at a small fraction of the mean);
 *   <li>else log(EL2N_i + 1e-6);
 *   <li>else log(max(ℓ_i, 0) + 1e-6), the clean loss;
 *   <li>else 0.
 * </ol>
 *
 * Each signal is standardised over the examples of the batch that have it (all of them for the second and third, which are
 * known for the whole batch or not at all); a standard deviation of 0 gives zeros.
 */
final class AllocationFeatures {
    private static final double OFFSET = 1e-6;
    private static final double NEGLIGIBLE = 1e-12;

    private AllocationFeatures() {}

    static double[] of(AllocationRequest request) {
        double[] remembered = logRemembered(request.rememberedVariances());
        double[] errorNorms = logOf(request.signals().errorNorms());
        double[] losses = logOf(request.signals().cleanLosses());
        double[] features = new double[request.batchSize()];
        fillMissingInPlace(features, new boolean[features.length], remembered, errorNorms, losses);
        return features;
    }

    private static void fillMissingInPlace(double[] features, boolean[] filled, double[]... signals) {
        for (double[] signal : signals) {
            standardizeInPlace(signal);
            for (int i = 0; i < signal.length; i++) {
                if (!filled[i] && !Double.isNaN(signal[i])) {
                    features[i] = signal[i];
                    filled[i] = true;
                }
            }
        }
    }

    /** ½ log(v̂_i / mean), NaN where unknown; with a mean of 0 all known variances are equal, and so are their logarithms. */
    private static double[] logRemembered(double[] variances) {
        double mean = SampleVariances.mean(variances);
        double[] logs = mean > 0 ? SampleVariances.relativeToMean(variances, mean) : new double[variances.length];
        for (int i = 0; i < logs.length; i++) {
            if (!SampleVariances.known(variances[i])) {
                logs[i] = Double.NaN;
            } else if (mean > 0) {
                logs[i] = 0.5 * StrictMath.log(logs[i]);
            }
        }
        return logs;
    }

    private static double[] logOf(float[] signal) {
        double[] logs = new double[signal.length];
        for (int i = 0; i < logs.length; i++) {
            logs[i] = Float.isFinite(signal[i]) ? StrictMath.log(Math.max(signal[i], 0) + OFFSET) : Double.NaN;
        }
        return logs;
    }

    /** Subtracts the mean and divides by the population standard deviation of the entries that are not NaN. */
    private static void standardizeInPlace(double[] signal) {
        double sum = 0;
        int count = 0;
        for (double value : signal) {
            if (!Double.isNaN(value)) {
                sum += value;
                count++;
            }
        }
        double mean = sum / count;
        double squares = 0;
        for (double value : signal) {
            if (!Double.isNaN(value)) {
                squares += (value - mean) * (value - mean);
            }
        }
        double deviation = StrictMath.sqrt(squares / count);
        boolean constant = deviation <= NEGLIGIBLE * (1 + Math.abs(mean));
        for (int i = 0; i < signal.length; i++) {
            if (!Double.isNaN(signal[i])) {
                signal[i] = constant ? 0 : (signal[i] - mean) / deviation;
            }
        }
    }
}
