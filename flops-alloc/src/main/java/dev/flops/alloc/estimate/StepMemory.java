package dev.flops.alloc.estimate;

import dev.flops.tensor.TensorOps;
import dev.flops.tensor.network.PackedParameters;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;

/** Memory of a likelihood-ratio estimator that every step writes anew before it reads it. */
final class StepMemory {
    private final Replayer[] replayers;
    private final LongAdder flops = new LongAdder();
    private final SampleChunks chunks = new SampleChunks();
    private final float[][] losses;
    private double[][] siteVariances = new double[0][];

    StepMemory(TensorOps ops, PackedParameters parameters, int workers, int sites) {
        this.replayers = new Replayer[workers];
        Arrays.setAll(replayers, worker -> new Replayer(ops, parameters));
        this.losses = new float[sites][0];
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

    /** Losses of the samples at a site, at least so many. */
    float[] losses(int site, int rows) {
        if (losses[site].length < rows) {
            losses[site] = new float[rows];
        }
        return losses[site];
    }

    /** A number for each example, at least so many, and site. */
    double[][] siteVariances(int examples) {
        if (siteVariances.length < examples) {
            siteVariances = new double[examples][losses.length];
        }
        return siteVariances;
    }

    long bytes() {
        long bytes = 0;
        for (Replayer replayer : replayers) {
            bytes += replayer.workspace().bytes();
        }
        return bytes;
    }
}
