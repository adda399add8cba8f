package dev.flops.bench.finetune;

import dev.flops.bench.compare.ArmRun;
import dev.flops.bench.report.Provenance;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code results.json}: all that was measured. Fields are never renamed or removed.
 *
 * @param task model and data set
 * @param confidence of the intervals
 * @param rows the network as pre-trained, then each part by both methods
 * @param forward runs of forward learning, in the order of parts and seeds
 * @param exact runs of backpropagation, in the order of parts and seeds
 * @param configuration the task, to run it again
 * @param provenance where and with what it ran
 */
public record FineTuningResult(
        String task,
        double confidence,
        List<FineTuningRow> rows,
        List<ArmRun> forward,
        List<ExactRun> exact,
        Map<String, @Nullable Object> configuration,
        Provenance provenance) {}
