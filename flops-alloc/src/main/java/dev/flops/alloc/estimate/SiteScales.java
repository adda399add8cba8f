package dev.flops.alloc.estimate;

import java.util.Arrays;

/**
 * The perturbation scales σ_j of all sites and what was measured of them: the whole state of a {@link ScaleObjective}. A value:
 * its arrays are copied in and out.
 *
 * @param logSigmas log σ_j
 * @param inputNorms a_j, mean over examples of E‖direction‖² per unit of w/σ; NaN before the first measurement
 * @param slopes D_j, mean over examples of the squared slope ‖∂ℓ/∂a_j‖² of the loss; NaN before the first measurement
 */
public record SiteScales(double[] logSigmas, double[] inputNorms, double[] slopes) {
    /** Checks lengths and copies. */
    public SiteScales {
        if (logSigmas.length != inputNorms.length || logSigmas.length != slopes.length) {
            throw new IllegalArgumentException("lengths = " + logSigmas.length + ", " + inputNorms.length + ", "
                    + slopes.length + ", expected equal ones: one entry per site");
        }
        for (int j = 0; j < logSigmas.length; j++) {
            if (!Double.isFinite(logSigmas[j])) {
                throw new IllegalArgumentException("logSigmas[" + j + "] = " + logSigmas[j] + ", expected finite");
            }
        }
        logSigmas = logSigmas.clone();
        inputNorms = inputNorms.clone();
        slopes = slopes.clone();
    }

    /**
     * Scales before any measurement.
     *
     * @param sigmas σ_j &gt; 0
     * @return the state
     */
    public static SiteScales of(double... sigmas) {
        double[] unknown = new double[sigmas.length];
        Arrays.fill(unknown, Double.NaN);
        return new SiteScales(Arrays.stream(sigmas).map(StrictMath::log).toArray(), unknown, unknown);
    }

    /**
     * Number of sites.
     *
     * @return as many as entries
     */
    public int sites() {
        return logSigmas.length;
    }

    /**
     * The scale of a site.
     *
     * @param site its position
     * @return σ_j
     */
    public double sigma(int site) {
        return StrictMath.exp(logSigmas[site]);
    }

    /**
     * log σ_j, one entry per site.
     *
     * @return a copy
     */
    @Override
    public double[] logSigmas() {
        return logSigmas.clone();
    }

    /**
     * a_j, one entry per site.
     *
     * @return a copy
     */
    @Override
    public double[] inputNorms() {
        return inputNorms.clone();
    }

    /**
     * D_j, one entry per site.
     *
     * @return a copy
     */
    @Override
    public double[] slopes() {
        return slopes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SiteScales that
                && Arrays.equals(logSigmas, that.logSigmas)
                && Arrays.equals(inputNorms, that.inputNorms)
                && Arrays.equals(slopes, that.slopes);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * Arrays.hashCode(logSigmas) + Arrays.hashCode(inputNorms)) + Arrays.hashCode(slopes);
    }

    @Override
    public String toString() {
        return "SiteScales[log sigma " + Arrays.toString(logSigmas) + ", a " + Arrays.toString(inputNorms) + ", D "
                + Arrays.toString(slopes) + "]";
    }
}
