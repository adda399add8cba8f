package dev.flops.api;

import java.util.EnumMap;
import java.util.Map;

/**
 * What a run has spent: queries by kind, floating-point operations by formula, seconds by phase, bytes of live buffers.
 *
 * <p>An instance belongs to one run and is written by one thread at a time. Times never influence results.
 */
public final class CostLedger {
    private final Map<Kind, long[]> queries = new EnumMap<>(Kind.class);
    private final Map<Phase, long[]> nanoseconds = new EnumMap<>(Phase.class);
    private long flops;
    private long peakBytes;

    /** Kinds of query. */
    public enum Kind {
        /** A forward without perturbation. */
        CLEAN,
        /** A forward under a perturbation, whole or from a site on. */
        PERTURBED,
        /** A forward that only informs an allocator. */
        PILOT
    }

    /** Parts of a step. */
    public enum Phase {
        /** Clean forward, weight packing and data reading. */
        CLEAN,
        /** Perturbed forwards. */
        SAMPLES,
        /** Contraction of losses with regenerated noise. */
        CONTRACTION,
        /** Allocating and learning to allocate. */
        ALLOCATION,
        /** The optimizer. */
        UPDATE,
        /** Measuring accuracy; its forwards are not queries of the training. */
        EVALUATION
    }

    /** An empty ledger. */
    public CostLedger() {
        for (Kind kind : Kind.values()) {
            queries.put(kind, new long[1]);
        }
        for (Phase phase : Phase.values()) {
            nanoseconds.put(phase, new long[1]);
        }
    }

    /**
     * Counts queries.
     *
     * @param kind their kind
     * @param count how many, at least 0
     */
    public void addQueries(Kind kind, long count) {
        add("count", queries.get(kind), count);
    }

    /**
     * Counts floating-point operations; a fused multiply-add counts two.
     *
     * @param count how many, at least 0
     */
    public void addFlops(long count) {
        if (count < 0) {
            throw new IllegalArgumentException("count = " + count + ", expected >= 0");
        }
        flops = Math.addExact(flops, count);
    }

    /**
     * Adds wall time to a phase.
     *
     * @param phase the phase
     * @param elapsed nanoseconds, at least 0
     */
    public void addNanoseconds(Phase phase, long elapsed) {
        add("elapsed", nanoseconds.get(phase), elapsed);
    }

    /**
     * Reports the bytes of buffers that are live now.
     *
     * @param bytes their sum
     */
    public void observeBytes(long bytes) {
        peakBytes = Math.max(peakBytes, bytes);
    }

    /**
     * Queries of one kind.
     *
     * @param kind the kind
     * @return their number
     */
    public long queries(Kind kind) {
        return queries.get(kind)[0];
    }

    /**
     * Queries of all kinds.
     *
     * @return their number
     */
    public long queries() {
        return queries.values().stream().mapToLong(count -> count[0]).sum();
    }

    /**
     * Floating-point operations so far.
     *
     * @return their number
     */
    public long flops() {
        return flops;
    }

    /**
     * Wall time of a phase.
     *
     * @param phase the phase
     * @return seconds
     */
    public double seconds(Phase phase) {
        return nanoseconds.get(phase)[0] * 1e-9;
    }

    /**
     * The most bytes of buffers that were live at once.
     *
     * @return bytes
     */
    public long peakBytes() {
        return peakBytes;
    }

    private static void add(String name, long[] counter, long amount) {
        if (amount < 0) {
            throw new IllegalArgumentException(name + " = " + amount + ", expected >= 0");
        }
        counter[0] = Math.addExact(counter[0], amount);
    }
}
