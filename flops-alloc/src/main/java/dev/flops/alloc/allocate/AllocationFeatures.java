package dev.flops.alloc.allocate;

import dev.flops.api.AllocationRequest;
import java.util.Arrays;

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
 *
 * <p>An instance holds the scratch memory of one batch size, for one thread at a time.
 */
final class AllocationFeatures {
    private static final double OFFSET = 1e-6;
    private static final double NEGLIGIBLE = 1e-12;

    private final double[] signal;
    private final boolean[] filled;

    AllocationFeatures(int batch) {
        this.signal = new double[batch];
        this.filled = new boolean[batch];
    }

    /**
     * The features of a batch.
     *
     * @param request the request, not modified
     * @param features modified: receives z, length B
     */
    void computeInto(AllocationRequest request, double[] features) {
        Arrays.fill(features, 0);
        Arrays.fill(filled, false);
        readLogsOfRemembered(request.rememberedVariances());
        fillMissingInPlace(features);
        readLogs(request.signals().errorNorms());
        fillMissingInPlace(features);
        readLogs(request.signals().cleanLosses());
        fillMissingInPlace(features);
    }

    private void fillMissingInPlace(double[] features) {
        standardizeSignal();
        for (int i = 0; i < signal.length; i++) {
            if (!filled[i] && !Double.isNaN(signal[i])) {
                features[i] = signal[i];
                filled[i] = true;
            }
        }
    }

    /** ½ log(v̂_i / mean), NaN where unknown; with a mean of 0 all known variances are equal, and so are their logarithms. */
    private void readLogsOfRemembered(double[] variances) {
        double mean = SampleVariances.mean(variances);
        SampleVariances.relativeToMeanInto(variances, mean, signal);
        for (int i = 0; i < signal.length; i++) {
            if (SampleVariances.known(variances[i])) {
                signal[i] = mean > 0 ? 0.5 * StrictMath.log(signal[i]) : 0;
            } else {
                signal[i] = Double.NaN;
            }
        }
    }

    /** log(max(x_i, 0) + 1e-6), NaN where x_i is not finite or there is no x. */
    private void readLogs(float[] values) {
        Arrays.fill(signal, Double.NaN);
        for (int i = 0; i < values.length; i++) {
            if (Float.isFinite(values[i])) {
                signal[i] = StrictMath.log(Math.max(values[i], 0) + OFFSET);
            }
        }
    }

    /** Subtracts the mean and divides by the population standard deviation of the entries that are not NaN. */
    private void standardizeSignal() {
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
