package dev.flops.bench.compare;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a run stood at one moment.
 *
 * @param queries queries so far
 * @param flops floating-point operations so far
 * @param seconds wall time so far
 * @param accuracy accuracy on the held-out training examples
 * @param cv coefficient of variation of ŝ_i, averaged over the last steps
 * @param varianceRatioToEqual estimated variance over that of equal allocation, averaged over the last steps
 * @param optimalRatioToEqual the least ratio that whole numbers of samples could have reached
 * @param phi what the allocator had learned, by name; empty if it learns nothing
 * @param samples N_s of the step, over all examples
 */
public record CurvePoint(
        long queries,
        long flops,
        double seconds,
        double accuracy,
        @Nullable Double cv,
        @Nullable Double varianceRatioToEqual,
        @Nullable Double optimalRatioToEqual,
        Map<String, Double> phi,
        int samples) {}
