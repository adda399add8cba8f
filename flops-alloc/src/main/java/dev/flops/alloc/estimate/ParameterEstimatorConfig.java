package dev.flops.alloc.estimate;

import dev.flops.alloc.direction.Directions;
import dev.flops.alloc.direction.GaussianDirections;
import dev.flops.alloc.direction.RademacherDirections;
import dev.flops.api.Distribution;

/**
 * Configuration of the parameter-space estimator.
 *
 * @param directions how directions are drawn
 * @param difference how losses become loss weights
 * @param baseline what a one-sided difference subtracts; {@link NoBaseline} for central differences
 * @param sigma perturbation scale σ, &gt; 0
 * @param queriesPerCall most queries that the objective is asked in one call, at least 2; each holds d floats during the
 *     call. It changes no result
 */
public record ParameterEstimatorConfig(
        Directions directions, Difference difference, Baseline baseline, float sigma, int queriesPerCall) {
    /** Queries per call unless stated. */
    private static final int QUERIES_PER_CALL = 64;

    /** Checks the ranges and the combination. */
    public ParameterEstimatorConfig {
        EstimatorChecks.requireSigma(sigma);
        EstimatorChecks.requireQueriesPerCall(queriesPerCall);
        if (difference == Difference.CENTRAL && !(baseline instanceof NoBaseline)) {
            throw new IllegalArgumentException("baseline = " + baseline.name()
                    + ", expected none with central differences: it cancels between the two losses of a pair");
        }
        if (difference == Difference.ONE_SIDED && !directions.random() && baseline.cleanQueriesPerExample() == 0) {
            throw new IllegalArgumentException("baseline = " + baseline.name() + ", expected the clean loss: "
                    + directions.name() + " directions do not average to zero, so that no other baseline vanishes");
        }
    }

    /**
     * Independent directions under a scheme of two or three words.
     *
     * @param scheme how a sample is formed
     * @param distribution of the directions
     * @param sigma perturbation scale σ, &gt; 0
     * @param queriesPerCall most queries that the objective is asked in one call, at least 2
     */
    public ParameterEstimatorConfig(SamplingScheme scheme, Distribution distribution, float sigma, int queriesPerCall) {
        this(
                switch (distribution) {
                    case GAUSSIAN -> new GaussianDirections();
                    case RADEMACHER -> new RademacherDirections();
                },
                scheme == SamplingScheme.ANTITHETIC ? Difference.CENTRAL : Difference.ONE_SIDED,
                scheme == SamplingScheme.CLEAN_BASELINE ? new CleanLossBaseline() : new NoBaseline(),
                sigma,
                queriesPerCall);
    }

    /**
     * Central differences (antithetic pairs).
     *
     * @param directions how directions are drawn
     * @param sigma perturbation scale σ, &gt; 0
     * @return a configuration that asks at most 64 queries per call
     */
    public static ParameterEstimatorConfig central(Directions directions, float sigma) {
        return new ParameterEstimatorConfig(directions, Difference.CENTRAL, new NoBaseline(), sigma, QUERIES_PER_CALL);
    }

    /**
     * Forward differences: the clean loss as baseline.
     *
     * @param directions how directions are drawn
     * @param sigma perturbation scale σ, &gt; 0
     * @return a configuration that asks at most 64 queries per call
     */
    public static ParameterEstimatorConfig forward(Directions directions, float sigma) {
        return oneSided(directions, new CleanLossBaseline(), sigma);
    }

    /**
     * One-sided differences.
     *
     * @param directions how directions are drawn
     * @param baseline what is subtracted
     * @param sigma perturbation scale σ, &gt; 0
     * @return a configuration that asks at most 64 queries per call
     */
    public static ParameterEstimatorConfig oneSided(Directions directions, Baseline baseline, float sigma) {
        return new ParameterEstimatorConfig(directions, Difference.ONE_SIDED, baseline, sigma, QUERIES_PER_CALL);
    }
}
