package dev.flops.bench.compare;

import dev.flops.bench.report.Provenance;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code results.json}: all that a comparison measured. Fields are never renamed or removed.
 *
 * @param task model and data set
 * @param queries queries that a run may spend, clean forwards counted
 * @param searchQueries queries that the search for learning rates and perturbation scales spent, over all arms
 * @param confidence of the intervals
 * @param arms what each arm came to
 * @param runs the compared runs
 * @param search the runs of the search
 * @param closeUps estimates under what each arm had learned at the end of its first run
 * @param configuration the task, to run it again
 * @param provenance where and with what it ran
 */
public record ComparisonResult(
        String task,
        long queries,
        long searchQueries,
        double confidence,
        List<ArmResult> arms,
        List<ArmRun> runs,
        List<ArmRun> search,
        List<ArmCloseUp> closeUps,
        Map<String, @Nullable Object> configuration,
        Provenance provenance) {}
