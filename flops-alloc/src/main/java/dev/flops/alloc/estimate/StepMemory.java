package dev.flops.alloc.estimate;

import dev.flops.api.Allocation;
import dev.flops.api.RandomKey;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.network.PackedParameters;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Memory of a likelihood-ratio estimator that every step writes anew before it reads it. */
final class StepMemory {
    private final Replayer[] replayers;
    private final int sites;
    private final LongAdder flops = new LongAdder();
    private final SampleChunks chunks = new SampleChunks();
    private final float[][] losses;
    private final SamplePlan[] plans;
    private @Nullable SamplePlan plan;
    private double[][] siteVariances = new double[0][];
    private float[][] partialSums = new float[0][];
    private int[] sorted = new int[0];

    StepMemory(TensorOps ops, PackedParameters parameters, int workers, int sites) {
        this.replayers = new Replayer[workers];
        Arrays.setAll(replayers, worker -> new Replayer(ops, parameters));
        this.sites = sites;
        this.plans = new SamplePlan[sites];
        this.losses = new float[Math.max(1, sites)][0];
    }

    Replayer replayer(int worker) {
        return replayers[worker];
    }

    /** Operations of the present step that the ledger does not know yet. */
    LongAdder flops() {
        return flops;
    }

    SampleChunks chunks() {
        return chunks;
    }

    /** Losses by site and row, with room for those of one plan per site; those of all sites together are the first. */
    float[][] losses(SamplePlan... ofSites) {
        for (int j = 0; j < ofSites.length; j++) {
            if (losses[j].length < ofSites[j].rows()) {
                losses[j] = new float[ofSites[j].rows()];
            }
        }
        return losses;
    }

    /** The plan of a step. */
    SamplePlan plan(int step, int[] examples, Allocation allocation, RandomKey key, int queriesPerSample) {
        if (plan == null) {
            plan = new SamplePlan(step, examples, allocation, key, queriesPerSample);
        } else {
            plan.begin(step, examples, allocation, key);
        }
        return plan;
    }

    /** Room for a plan per site. */
    SamplePlan[] plans() {
        return plans;
    }

    /** A number for each example and site. */
    double[][] siteVariances(int examples) {
        if (siteVariances.length != examples) {
            siteVariances = new double[examples][sites];
        }
        return siteVariances;
    }

    /** A copy in ascending order, with anything behind it. */
    int[] sorted(int[] examples) {
        if (sorted.length < examples.length) {
            sorted = new int[examples.length];
        }
        System.arraycopy(examples, 0, sorted, 0, examples.length);
        Arrays.sort(sorted, 0, examples.length);
        return sorted;
    }

    /** A gradient for each of so many partial sums, at least. */
    float[][] partialSums(int sums, int dimension) {
        if (partialSums.length < sums) {
            partialSums = new float[sums][dimension];
        }
        return partialSums;
    }

    /** Bytes of workspaces, losses, partial sums and variances. */
    long bytes() {
        long bytes = (long) Double.BYTES * sites * siteVariances.length + floatBytes(losses) + floatBytes(partialSums);
        for (Replayer replayer : replayers) {
            bytes += replayer.workspace().bytes();
        }
        return bytes;
    }

    private static long floatBytes(float[][] arrays) {
        long floats = 0;
        for (float[] array : arrays) {
            floats += array.length;
        }
        return Float.BYTES * floats;
    }
}
