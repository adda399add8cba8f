package dev.flops.tensor.network;

import dev.flops.tensor.Shape;
import dev.flops.tensor.Tensor;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A value that flows through a network during one forward: a tensor with one row per example, or, downstream of a
 * perturbed site, one row per sample. Valid until its context's workspace is released.
 *
 * <p>Where nothing is kept, an activation waits until its values are asked for. If the only operation that reads it so far can work in
 * place, they are computed in the place of that operation's output and nowhere else; asked for after that, they are computed anew each
 * time.
 */
public final class Activation {
    private final Shape shape;
    private final boolean perSample;
    private final @Nullable Operation operation;
    private final @Nullable Computation computation;
    private @Nullable Tensor tensor;
    private int readers;
    private boolean consumed;

    /** An activation whose values are known. */
    Activation(Tensor tensor, boolean perSample) {
        this.shape = tensor.shape();
        this.perSample = perSample;
        this.operation = null;
        this.computation = null;
        this.tensor = tensor;
    }

    /** The output of an operation that waits. */
    Activation(Operation operation, Computation computation) {
        this.shape = OutputShapes.of(operation);
        this.perSample = operation.perSample();
        this.operation = operation;
        this.computation = computation;
    }

    /**
     * The values, (rows, ...).
     *
     * @return the tensor; do not write to it
     */
    public Tensor tensor() {
        if (tensor != null) {
            return tensor;
        }
        Tensor computed = Objects.requireNonNull(computation).of(Objects.requireNonNull(operation), shape);
        if (!consumed) {
            tensor = computed;
        }
        // Else whoever asks may be in a part of the network whose memory goes before that of this activation.
        return computed;
    }

    /**
     * The shape of the values.
     *
     * @return (rows, ...)
     */
    public Shape shape() {
        return shape;
    }

    /**
     * Whether rows are samples.
     *
     * @return true downstream of a perturbed site, false where rows are clean examples
     */
    public boolean perSample() {
        return perSample;
    }

    /** One more operation will read this; known values may have any number of readers, on any threads. */
    void addReader() {
        if (tensor == null) {
            readers++;
        }
    }

    /** The operation that waits to be computed and whose output nothing but its one reader needs, or null. */
    @Nullable
    Operation waitingForOneReader() {
        return tensor == null && readers == 1 ? operation : null;
    }

    /** The values have been computed in the place of the reader's output and are gone. */
    void consumed() {
        consumed = true;
    }

    /** Computes values that may be asked for later. */
    void settle() {
        if (!consumed) {
            tensor();
        }
    }
}
