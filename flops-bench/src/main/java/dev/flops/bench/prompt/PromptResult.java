package dev.flops.bench.prompt;

import dev.flops.alloc.train.Evaluation;
import dev.flops.bench.compare.AllocationWorth;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a tuning came to.
 *
 * @param config what was done
 * @param zeroShot test digits without a prompt
 * @param test test digits behind the prompt
 * @param steps steps done
 * @param queries queries spent
 * @param seconds wall time of tuning and evaluation
 * @param interrupted whether it was stopped early
 * @param curve how it went; the first point is without a prompt
 * @param parameters the prompt's parameters
 * @param allocation what its allocations were worth, null if the method makes none
 */
public record PromptResult(
        PromptConfig config,
        Evaluation zeroShot,
        Evaluation test,
        int steps,
        long queries,
        double seconds,
        boolean interrupted,
        List<PromptPoint> curve,
        float[] parameters,
        @Nullable AllocationWorth allocation) {}
