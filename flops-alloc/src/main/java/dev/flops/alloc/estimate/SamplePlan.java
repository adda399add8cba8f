package dev.flops.alloc.estimate;

import dev.flops.api.Allocation;
import dev.flops.api.NoiseAddress;
import dev.flops.api.RandomKey;

/**
 * The samples of a step in their fixed order: examples of the batch in order, each with its samples 0 .. n_i − 1 in
 * order; a row per query, antithetic partners adjacent (+, −). The plan of another step may be made in the memory of this one.
 */
final class SamplePlan {
    private final int queriesPerSample;
    private Allocation allocation;
    private long[] keys; // their words
    private int[] firstSample;

    SamplePlan(int step, int[] examples, Allocation allocation, RandomKey key, int queriesPerSample) {
        this(new long[examples.length], allocation, queriesPerSample);
        derive(step, examples, key);
    }

    private SamplePlan(long[] keys, Allocation allocation, int queriesPerSample) {
        this.queriesPerSample = queriesPerSample;
        this.allocation = allocation;
        this.keys = keys;
        this.firstSample = new int[keys.length + 1];
        count();
    }

    /** Becomes the plan of another step, with as many queries a sample. */
    void begin(int step, int[] examples, Allocation ofStep, RandomKey key) {
        if (keys.length != examples.length) {
            keys = new long[examples.length];
            firstSample = new int[examples.length + 1];
        }
        allocation = ofStep;
        derive(step, examples, key);
        count();
    }

    private void derive(int step, int[] examples, RandomKey key) {
        for (int i = 0; i < keys.length; i++) {
            keys[i] = key.wordsForExample(step, examples[i]);
        }
    }

    private void count() {
        for (int i = 0; i < keys.length; i++) {
            firstSample[i + 1] = firstSample[i] + allocation.samples(i);
        }
    }

    /** The plan of another site, with the same keys. */
    @SuppressWarnings(
            "ReferenceEquality") // Most sites have the very same allocation; a plan of an equal one would do as well.
    SamplePlan with(Allocation other) {
        return other == allocation ? this : new SamplePlan(keys, other, queriesPerSample);
    }

    /** Splits the samples of each block of a window into chunks of at most {@code samplesPerChunk}. */
    void addChunks(int site, CleanForward clean, int window, int samplesPerChunk, SampleChunks chunks) {
        for (int block = clean.firstBlock(window); block < clean.endBlock(window); block++) {
            int end = firstSample[clean.end(block)];
            for (int from = firstSample[clean.start(block)]; from < end; from += samplesPerChunk) {
                chunks.add(site, block, from, Math.min(end, from + samplesPerChunk));
            }
        }
    }

    /** Where a row lies: position of its example in the batch, index of its sample, index of its query in the sample. */
    record Position(int example, int sample, int query) {}

    /** The position of row 0; examples without samples have no row. */
    Position start() {
        return new Position(nextSampled(0), 0, 0);
    }

    /** The position of the row that follows. */
    Position next(Position at) {
        if (at.query() + 1 < queriesPerSample) {
            return new Position(at.example(), at.sample(), at.query() + 1);
        }
        return at.sample() + 1 < samples(at.example())
                ? new Position(at.example(), at.sample() + 1, 0)
                : new Position(nextSampled(at.example() + 1), 0, 0);
    }

    private int nextSampled(int from) {
        int i = from;
        while (i < keys.length && samples(i) == 0) {
            i++;
        }
        return i;
    }

    int queriesPerSample() {
        return queriesPerSample;
    }

    int rows() {
        return firstSample[firstSample.length - 1] * queriesPerSample;
    }

    /** Row of sample k of example i; the partner of an antithetic pair follows it. */
    int row(int i, int k) {
        return (firstSample[i] + k) * queriesPerSample;
    }

    int samples(int i) {
        return allocation.samples(i);
    }

    /** ω_i of the allocation. */
    double weight(int i) {
        return allocation.weight(i);
    }

    /** Samples of the examples of a block. */
    int samplesOf(CleanForward clean, int block) {
        return firstSample[clean.end(block)] - firstSample[clean.start(block)];
    }

    int totalSamples() {
        return allocation.total();
    }

    int batchSize() {
        return keys.length;
    }

    /** The words of the key of an example's noise. */
    long key(int i) {
        return keys[i];
    }

    NoiseAddress address(int i, int k, int site) {
        return new NoiseAddress(RandomKey.ofWords(keys[i]), site, k);
    }

    /** Describes the rows of samples of a block from one on; {@code rows} is modified, and its size says how many. */
    SampleRows describe(int block, int from, CleanForward clean, SampleRows rows) {
        int i = clean.start(block);
        for (int row = 0; row < rows.count(); row++) {
            int index = from + row / queriesPerSample;
            while (index >= firstSample[i + 1]) {
                i++;
            }
            rows.example()[row] = i;
            rows.sample()[row] = index - firstSample[i];
            rows.recorded()[row] = i - clean.start(block);
        }
        return rows;
    }
}
