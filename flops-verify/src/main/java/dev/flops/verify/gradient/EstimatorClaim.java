package dev.flops.verify.gradient;

import dev.flops.alloc.estimate.SamplingScheme;

/**
 * An estimator and what it claims, to be held against problems.
 *
 * @param name short name, for reports and command lines
 * @param factory makes the estimator
 * @param sigma perturbation scale σ &gt; 0 that the factory uses
 * @param shares which allocations the estimator takes
 * @param mean what its expectation is
 * @param variance what its variance is, where a closed form is known
 */
public record EstimatorClaim(
        String name,
        EstimatorFactory factory,
        double sigma,
        Shares shares,
        MeanFormula mean,
        VarianceFormula variance) {

    /** The allocations that an estimator answers. */
    public enum Shares {
        /** Any: every sample has a perturbation of its own. */
        ANY,
        /** Equal ones only: perturbations are shared by the batch. */
        EQUAL,
        /** One sample per example: nothing is random. */
        ONE
    }

    /** Checks the scale. */
    public EstimatorClaim {
        if (!(sigma > 0) || Double.isInfinite(sigma)) {
            throw new IllegalArgumentException("sigma = " + sigma + ", expected a finite number > 0");
        }
    }

    /**
     * The claim of most estimators: unbiased for the loss smoothed with Gaussian directions.
     *
     * @param name short name
     * @param sigma σ &gt; 0 that the factory uses
     * @param scheme how a sample is formed, which says what the variance is
     * @param factory makes the estimator
     * @return the claim
     */
    public static EstimatorClaim gaussian(String name, double sigma, SamplingScheme scheme, EstimatorFactory factory) {
        return new EstimatorClaim(
                name,
                factory,
                sigma,
                Shares.ANY,
                MeanFormula.smoothedGradient(sigma),
                VarianceFormula.gaussian(scheme, sigma));
    }

    /**
     * The claim of SPSA: Rademacher directions.
     *
     * @param name short name
     * @param sigma σ &gt; 0 that the factory uses
     * @param scheme how a sample is formed, which says what the variance is
     * @param factory makes the estimator
     * @return the claim
     */
    public static EstimatorClaim rademacher(
            String name, double sigma, SamplingScheme scheme, EstimatorFactory factory) {
        return new EstimatorClaim(
                name,
                factory,
                sigma,
                Shares.ANY,
                MeanFormula.rademacher(sigma),
                VarianceFormula.rademacher(scheme, sigma));
    }

    @Override
    public String toString() {
        return name;
    }
}
