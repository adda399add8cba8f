package dev.flops.alloc.allocate;

import java.util.EnumSet;
import java.util.Set;

/**
 * Configuration of the {@link GaussianAllocator}.
 *
 * @param link how scores become shares
 * @param gradient how ∇_φ of the expected reward is estimated
 * @param draws M ≥ 2, allocations drawn per step to learn from; none of them costs a query
 * @param learningRate step size of Adam on φ, ≥ 0; 0 keeps φ fixed
 * @param initial φ at the start; its scale must not be below the floor
 * @param learned which parameters are learned, the others stay at their initial values; copied
 * @param scaleFloor least s, in [1e-3, 10]: the score of the likelihood-ratio gradient grows as 1/s
 * @param jitter what is added to the diagonal of the covariance, in [1e-9, 1]; it makes the Cholesky factorisation succeed for
 *     equal features
 */
public record GaussianAllocatorConfig(
        Link link,
        Gradient gradient,
        int draws,
        double learningRate,
        GaussianParameters initial,
        Set<Learned> learned,
        double scaleFloor,
        double jitter) {

    /** How scores u become shares. */
    public enum Link {
        /** exp(u_i) / Σ exp(u_j). The offset b cancels. */
        SOFTMAX,
        /** u_i⁺ / Σ u_j⁺, as in the paper's published code; equal shares when no u_i is positive. */
        POSITIVE_PART
    }

    /** How ∇_φ E[ρ] is estimated. */
    public enum Gradient {
        /** Mean of (ρ − mean of the other draws' ρ) ∇_φ log N(u; μ, Σ), with the reward of the rounded allocation. */
        LIKELIHOOD_RATIO,
        /** Derivative of the reward of the real-valued allocation through u = μ + C ξ; needs the softmax link. */
        PATHWISE
    }

    /** One of the parameters φ. */
    public enum Learned {
        /** w. */
        SLOPE(0),
        /** b. */
        OFFSET(1),
        /** ln s. */
        LOG_SCALE(2),
        /** ln ℓ. */
        LOG_LENGTH(3);

        private final int index;

        Learned(int index) {
            this.index = index;
        }

        /** Its position in φ. */
        int index() {
            return index;
        }
    }

    /** Checks the ranges and the combination of link and gradient. */
    public GaussianAllocatorConfig {
        if (link == Link.POSITIVE_PART && gradient == Gradient.PATHWISE) {
            throw new IllegalArgumentException(
                    "gradient = PATHWISE with link = POSITIVE_PART, expected LIKELIHOOD_RATIO:"
                            + " the positive part jumps to equal shares where all scores are <= 0, and a derivative of the reward"
                            + " misses the jump");
        }
        if (draws < 2) {
            throw new IllegalArgumentException("draws = " + draws + ", expected >= 2");
        }
        if (!(learningRate >= 0 && learningRate < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("learningRate = " + learningRate + ", expected >= 0 and finite");
        }
        AllocationChecks.requireRange(
                "scaleFloor", scaleFloor, GaussianParameters.LEAST_SCALE, GaussianParameters.LARGEST_SCALE);
        AllocationChecks.requireRange("jitter", jitter, 1e-9, 1);
        if (initial.logScale() < StrictMath.log(scaleFloor)) {
            throw new IllegalArgumentException("initial.logScale = " + initial.logScale() + ", expected >= "
                    + StrictMath.log(scaleFloor) + " (scaleFloor = " + scaleFloor + ")");
        }
        learned = Set.copyOf(learned);
    }

    /**
     * Softmax, pathwise, M = 16, learning rate 0.05, φ = (0, 1, ln 0.3, 0) all learned, floor 0.05, jitter 1e-6. At w = 0 the
     * shares are equal on average.
     *
     * @return the default configuration
     */
    public static GaussianAllocatorConfig defaults() {
        return new GaussianAllocatorConfig(
                Link.SOFTMAX,
                Gradient.PATHWISE,
                16,
                0.05,
                new GaussianParameters(0, 1, StrictMath.log(0.3), 0),
                EnumSet.allOf(Learned.class),
                0.05,
                1e-6);
    }

    /**
     * A copy with another link and gradient.
     *
     * @param newLink the link
     * @param newGradient the gradient
     * @return the copy
     */
    public GaussianAllocatorConfig with(Link newLink, Gradient newGradient) {
        return new GaussianAllocatorConfig(
                newLink, newGradient, draws, learningRate, initial, learned, scaleFloor, jitter);
    }

    /**
     * A copy with another learning rate.
     *
     * @param newLearningRate the learning rate
     * @return the copy
     */
    public GaussianAllocatorConfig withLearningRate(double newLearningRate) {
        return new GaussianAllocatorConfig(
                link, gradient, draws, newLearningRate, initial, learned, scaleFloor, jitter);
    }

    /**
     * A copy with another number of draws.
     *
     * @param newDraws M
     * @return the copy
     */
    public GaussianAllocatorConfig withDraws(int newDraws) {
        return new GaussianAllocatorConfig(
                link, gradient, newDraws, learningRate, initial, learned, scaleFloor, jitter);
    }

    /**
     * A copy with another start.
     *
     * @param newInitial φ at the start
     * @return the copy
     */
    public GaussianAllocatorConfig withInitial(GaussianParameters newInitial) {
        return new GaussianAllocatorConfig(
                link, gradient, draws, learningRate, newInitial, learned, scaleFloor, jitter);
    }

    /**
     * A copy that learns other parameters.
     *
     * @param newLearned the parameters
     * @return the copy
     */
    public GaussianAllocatorConfig withLearned(Set<Learned> newLearned) {
        return new GaussianAllocatorConfig(
                link, gradient, draws, learningRate, initial, newLearned, scaleFloor, jitter);
    }
}
