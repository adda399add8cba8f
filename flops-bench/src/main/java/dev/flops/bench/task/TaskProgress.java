package dev.flops.bench.task;

import dev.flops.alloc.train.StepReport;
import dev.flops.api.CostLedger;
import java.util.Map;

/**
 * Where a task stands after a step.
 *
 * @param report of the step
 * @param stepsDone steps done, this one included
 * @param steps steps of the whole run; an expectation where a rule chooses what each step spends
 * @param smoothedLoss mean batch losses with exponential forgetting
 * @param probeAccuracy accuracy on the held-out probe when it was last measured, NaN before that
 * @param allocation what allocation is worth, over recent steps with exponential forgetting
 * @param allocator kind of the allocator
 * @param queriesPerSecond queries over wall time since training began
 * @param seconds wall time since training began
 * @param ledger what was spent so far; read it during the call only
 */
public record TaskProgress(
        StepReport report,
        int stepsDone,
        int steps,
        double smoothedLoss,
        double probeAccuracy,
        AllocationSummary allocation,
        AllocatorChoice allocator,
        double queriesPerSecond,
        double seconds,
        CostLedger ledger) {
    /**
     * What the allocator had learned after the step.
     *
     * @return the learned parameters by name, in their order; empty if it learns nothing
     */
    public Map<String, Double> phi() {
        return allocator.learned(report.allocatorState());
    }
}
