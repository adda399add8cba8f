package dev.flops.bench.task;

import dev.flops.api.CostLedger;
import java.util.EnumMap;
import java.util.Map;

/**
 * What a task has spent.
 *
 * @param queries of all kinds
 * @param cleanQueries forwards without perturbation
 * @param flops floating-point operations by formula
 * @param bufferBytes most bytes of buffers that were live at once, by the ledger
 * @param heapBytes peak of the JVM's heap, garbage included
 * @param secondsByPhase wall time of each part of the steps
 */
public record TaskCosts(
        long queries,
        long cleanQueries,
        long flops,
        long bufferBytes,
        long heapBytes,
        Map<CostLedger.Phase, Double> secondsByPhase) {
    /** Copies the map. */
    public TaskCosts {
        secondsByPhase = Map.copyOf(secondsByPhase);
    }

    static TaskCosts of(CostLedger ledger) {
        return new TaskCosts(
                ledger.queries(),
                ledger.queries(CostLedger.Kind.CLEAN),
                ledger.flops(),
                ledger.peakBytes(),
                HeapMemory.peakBytes(),
                secondsByPhase(ledger));
    }

    /**
     * Wall time by phase.
     *
     * @param ledger the ledger
     * @return seconds of every phase, in the order of the phases
     */
    public static Map<CostLedger.Phase, Double> secondsByPhase(CostLedger ledger) {
        Map<CostLedger.Phase, Double> seconds = new EnumMap<>(CostLedger.Phase.class);
        for (CostLedger.Phase phase : CostLedger.Phase.values()) {
            seconds.put(phase, ledger.seconds(phase));
        }
        return seconds;
    }
}
