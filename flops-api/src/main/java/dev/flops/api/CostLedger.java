package dev.flops.api;

import java.util.Locale;

/**
 * What a run has spent: queries by kind, floating-point operations by formula, seconds by phase, bytes of live buffers.
 *
 * <p>An instance belongs to one run and is written by one thread at a time. Times never influence results.
 */
public final class CostLedger implements Stateful {
    private final long[] queries = new long[Kind.values().length]; // by index of the kind
    private final long[] nanoseconds = new long[Phase.values().length]; // by index of the phase
    private long flops;
    private long peakBytes;

    /** Kinds of query. */
    public enum Kind {
        /** A forward without perturbation. */
        CLEAN(0),
        /** A forward under a perturbation, whole or from a site on. */
        PERTURBED(1),
        /** A forward that only informs an allocator. */
        PILOT(2);

        private final int index;

        Kind(int index) {
            this.index = index;
        }
    }

    /** Parts of a step. */
    public enum Phase {
        /** Clean forward, weight packing and data reading. */
        CLEAN(0),
        /** Perturbed forwards. */
        SAMPLES(1),
        /** Contraction of losses with regenerated noise. */
        CONTRACTION(2),
        /** Allocating and learning to allocate. */
        ALLOCATION(3),
        /** The optimizer. */
        UPDATE(4),
        /** Measuring accuracy; its forwards are not queries of the training. */
        EVALUATION(5);

        private final int index;

        Phase(int index) {
            this.index = index;
        }
    }

    /** An empty ledger. */
    public CostLedger() {}

    /**
     * Counts queries.
     *
     * @param kind their kind
     * @param count how many, at least 0
     */
    public void addQueries(Kind kind, long count) {
        requireNotNegative("count", count);
        queries[kind.index] = Math.addExact(queries[kind.index], count);
    }

    /**
     * Counts floating-point operations; a fused multiply-add counts two.
     *
     * @param count how many, at least 0
     */
    public void addFlops(long count) {
        requireNotNegative("count", count);
        flops = Math.addExact(flops, count);
    }

    /**
     * Adds wall time to a phase.
     *
     * @param phase the phase
     * @param elapsed nanoseconds, at least 0
     */
    public void addNanoseconds(Phase phase, long elapsed) {
        requireNotNegative("elapsed", elapsed);
        nanoseconds[phase.index] = Math.addExact(nanoseconds[phase.index], elapsed);
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
        return queries[kind.index];
    }

    /**
     * Queries of all kinds.
     *
     * @return their number
     */
    public long queries() {
        long sum = 0;
        for (long count : queries) {
            sum += count;
        }
        return sum;
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
        return nanoseconds[phase.index] * 1e-9;
    }

    /**
     * The most bytes of buffers that were live at once.
     *
     * @return bytes
     */
    public long peakBytes() {
        return peakBytes;
    }

    @Override
    public void saveTo(StateArrays out) {
        for (Kind kind : Kind.values()) {
            out.putLongs("queries." + name(kind), queries(kind));
        }
        for (Phase phase : Phase.values()) {
            out.putLongs("nanoseconds." + name(phase), nanoseconds[phase.index]);
        }
        out.putLongs("flops", flops);
        out.putLongs("peakBytes", peakBytes);
    }

    @Override
    public void restoreFrom(StateArrays in) {
        for (Kind kind : Kind.values()) {
            queries[kind.index] = in.count("queries." + name(kind), Long.MAX_VALUE);
        }
        for (Phase phase : Phase.values()) {
            nanoseconds[phase.index] = in.count("nanoseconds." + name(phase), Long.MAX_VALUE);
        }
        flops = in.count("flops", Long.MAX_VALUE);
        peakBytes = in.count("peakBytes", Long.MAX_VALUE);
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static void requireNotNegative(String name, long amount) {
        if (amount < 0) {
            throw new IllegalArgumentException(name + " = " + amount + ", expected >= 0");
        }
    }
}
