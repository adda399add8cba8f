package dev.flops.bench.measure;

import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Whether the kernels run as they should in this JVM.
 *
 * @param healthy whether the share of the peak is at least what good compilations reach, for the products together and for
 *     each kernel
 * @param expectedShare the least share of the peak that good compilations of the products reach
 * @param message what was found, in one line
 */
public record Diagnosis(boolean healthy, double expectedShare, String message) {
    private static final double EXPECTED_VECTOR_SHARE = 0.35;
    private static final double EXPECTED_SCALAR_SHARE = 0.1;

    /**
     * Judges a measurement. The just-in-time compiler at times settles on bad code for vector kernels, several times
     * slower for the life of the process; that is what falls below the expected share.
     *
     * @param measured what was measured
     * @return the diagnosis
     */
    public static Diagnosis of(KernelMeasurement measured) {
        double expected = measured.kernels().equals("scalar") ? EXPECTED_SCALAR_SHARE : EXPECTED_VECTOR_SHARE;
        String share = String.format(
                Locale.ROOT,
                "matrix products reach %.0f %% of the peak, expected at least %.0f %%",
                100 * measured.matrixShareOfPeak(),
                100 * expected);
        String slow = measured.shares().stream()
                .filter(kernel -> !kernel.healthy())
                .map(kernel -> String.format(
                        Locale.ROOT,
                        "; %s reaches %.0f %%, expected at least %.0f %%",
                        kernel.name(),
                        100 * kernel.shareOfPeak(),
                        100 * kernel.expectedShare()))
                .collect(Collectors.joining());
        if (measured.matrixShareOfPeak() >= expected && slow.isEmpty()) {
            return new Diagnosis(true, expected, share);
        }
        return new Diagnosis(
                false,
                expected,
                share
                        + slow
                        + ": the just-in-time compiler made bad code in this process, or the machine is busy; start again");
    }
}
