package dev.flops.alloc.train;

import dev.flops.alloc.allocate.AllocationDiagnostics;
import dev.flops.alloc.allocate.VarianceSplit;
import dev.flops.api.Allocation;
import dev.flops.api.AllocatorState;

/**
 * What one training step did.
 *
 * @param step index of the step
 * @param meanLoss mean loss of the batch before the update
 * @param learningRate η used
 * @param gradientNorm ‖ĝ‖₂
 * @param allocation samples per example
 * @param diagnostics of the allocation under the sample variances that the step measured
 * @param allocatorState what the allocator had learned after the step
 * @param queries queries of the run so far
 * @param allocatorShare operations of the allocator over those of the whole step, the allocator's included; NaN when the ledger
 *     counts no operations, as for a black box
 * @param variance running estimate of the parts of the variance that allocation can cut and cannot
 * @param siteRatio where an allocation over examples was refined over sites, the variance after it over that before it, under the
 *     variances that the step measured; NaN elsewhere
 */
public record StepReport(
        int step,
        double meanLoss,
        double learningRate,
        double gradientNorm,
        Allocation allocation,
        AllocationDiagnostics diagnostics,
        AllocatorState allocatorState,
        long queries,
        double allocatorShare,
        VarianceSplit.Parts variance,
        double siteRatio) {}
