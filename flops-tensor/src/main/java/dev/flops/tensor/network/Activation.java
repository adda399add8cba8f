package dev.flops.tensor.network;

import dev.flops.tensor.Shape;
import dev.flops.tensor.Tensor;

/**
 * A value that flows through a network during one forward: a tensor with one row per example, or, downstream of a
 * perturbed site, one row per sample. Valid until its context's workspace is released.
 */
public final class Activation {
    private final Tensor tensor;
    private final boolean perSample;

    Activation(Tensor tensor, boolean perSample) {
        this.tensor = tensor;
        this.perSample = perSample;
    }

    /**
     * The values, (rows, ...).
     *
     * @return the tensor; do not write to it
     */
    public Tensor tensor() {
        return tensor;
    }

    /**
     * The shape of the values.
     *
     * @return (rows, ...)
     */
    public Shape shape() {
        return tensor.shape();
    }

    /**
     * Whether rows are samples.
     *
     * @return true downstream of a perturbed site, false where rows are clean examples
     */
    public boolean perSample() {
        return perSample;
    }
}
