package dev.flops.alloc.optimize;

import dev.flops.alloc.internal.elementary.CircularFunctions;

/**
 * Linear warm-up to a peak, then half a cosine down to a fraction of it:
 *
 * <pre>
 *   η(t) = peak (t + 1) / warmupSteps                                        t &lt; warmupSteps
 *   η(t) = peak (f + (1 − f) (1 + cos πp) / 2),  p = (t − warmupSteps)/(steps − warmupSteps)   otherwise
 * </pre>
 *
 * with f = {@code finalFraction}. The progress p stays below 1, so that the rate is positive at every step, f = 0
 * included; f · peak is the limit that a step after the last would reach. A run that is not longer than the warm-up never
 * leaves it.
 *
 * <p>Reference: Loshchilov and Hutter, <em>SGDR: Stochastic Gradient Descent with Warm Restarts</em>, ICLR 2017. Deviation:
 * one period without restarts, after a linear warm-up.
 *
 * @param peak largest learning rate, &gt; 0, finite
 * @param warmupSteps steps of warm-up, at least 0
 * @param finalFraction f in [0, 1]
 */
public record CosineSchedule(double peak, int warmupSteps, double finalFraction) implements LearningRateSchedule {
    /** Checks the ranges. */
    public CosineSchedule {
        OptimizerChecks.requirePositive("peak", peak);
        if (warmupSteps < 0) {
            throw new IllegalArgumentException("warmupSteps = " + warmupSteps + ", expected >= 0");
        }
        if (!(finalFraction >= 0 && finalFraction <= 1)) {
            throw new IllegalArgumentException(
                    "finalFraction = " + finalFraction + ", expected 0 <= finalFraction <= 1");
        }
    }

    @Override
    public double rate(int step, int steps) {
        OptimizerChecks.requireStep(step, steps);
        if (step < warmupSteps) {
            return peak * (step + 1.0) / warmupSteps;
        }
        double progress = (double) (step - warmupSteps) / (steps - warmupSteps);
        return peak
                * (finalFraction + (1 - finalFraction) * 0.5 * (1 + CircularFunctions.cos(StrictMath.PI * progress)));
    }
}
