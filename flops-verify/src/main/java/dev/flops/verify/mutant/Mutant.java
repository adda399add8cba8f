package dev.flops.verify.mutant;

import dev.flops.api.Allocation;
import dev.flops.api.GradientEstimator;

/**
 * A defect that can be given to any estimator.
 *
 * @param name short name
 * @param defect what is wrong, in words
 * @param detection what must be known for the defect to show
 * @param alteration gives the defect to an estimator
 */
public record Mutant(String name, String defect, Detection detection, Alteration alteration) {

    /** What must be known for a defect to show. */
    public enum Detection {
        /** The expectation. */
        MEAN,
        /** The expectation of an estimator that draws something. */
        MEAN_OF_RANDOM,
        /** The expectation, under an allocation that is not equal. */
        MEAN_UNEQUAL_ALLOCATION,
        /** The variance: the expectation is right. */
        VARIANCE
    }

    /** Gives a defect to an estimator. */
    @FunctionalInterface
    public interface Alteration {
        /**
         * The estimator with the defect.
         *
         * @param right an estimator without it, not modified
         * @param sigma its perturbation scale
         * @return another estimator
         */
        GradientEstimator of(GradientEstimator right, double sigma);
    }

    /**
     * Whether the defect can show at all; where it cannot, the mutant is as good as the original.
     *
     * @param allocation samples per example
     * @param random whether the estimator draws anything
     * @param varianceKnown whether the variance is tested too
     * @return true if a test must reject it
     */
    public boolean shows(Allocation allocation, boolean random, boolean varianceKnown) {
        return switch (detection) {
            case MEAN -> true;
            case MEAN_OF_RANDOM -> random;
            case MEAN_UNEQUAL_ALLOCATION ->
                !allocation.equals(Allocation.equal(allocation.examples(), allocation.total()));
            case VARIANCE -> random && varianceKnown && allocation.total() > allocation.examples();
        };
    }

    @Override
    public String toString() {
        return name;
    }
}
