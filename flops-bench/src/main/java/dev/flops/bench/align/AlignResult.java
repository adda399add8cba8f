package dev.flops.bench.align;

import dev.flops.bench.compare.AllocationWorth;
import dev.flops.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run with one seed.
 *
 * @param seed its seed
 * @param steps steps done
 * @param queries queries spent, clean ones included
 * @param flops floating-point operations of the training
 * @param varianceRatioToEqual variance of the allocation over that of equal shares, mean over the steps; NaN if the method
 *     allocates nothing
 * @param google scores on the held-out emoji in the style that was learned from
 * @param twitter scores on the same emoji in the other style
 * @param parametersSha256 SHA-256 over the projector's parameters
 * @param curve points of the curve
 * @param projected (held out, outputs) of the pictures in Google's style
 * @param interrupted whether it was stopped early
 * @param seconds wall time, encoding not included
 * @param allocation what the allocations were worth, null if the method makes none or did no step
 */
public record AlignResult(
        long seed,
        int steps,
        long queries,
        long flops,
        double varianceRatioToEqual,
        RetrievalScores google,
        RetrievalScores twitter,
        String parametersSha256,
        List<AlignPoint> curve,
        Tensor projected,
        boolean interrupted,
        double seconds,
        @Nullable AllocationWorth allocation) {
    /** Copies the list. */
    public AlignResult {
        curve = List.copyOf(curve);
    }
}
