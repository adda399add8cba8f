package dev.flops.tensor.network;

import dev.flops.tensor.Shape;
import dev.flops.tensor.Tensor;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A value that flows through a network during a forward: a tensor with one row per example, or, downstream of a
 * perturbed site, one row per sample. What it holds is valid until its context runs again or the workspace is released.
 *
 * <p>Where nothing is kept, an activation waits until its values are asked for. If the only operation that reads it so far can work in
 * place, they are computed in the place of that operation's output and nowhere else; asked for after that, they are computed anew each
 * time.
 */
public final class Activation {
    private final @Nullable Operation operation;
    private final @Nullable Computation computation;
    private Shape shape;
    private boolean perSample;
    private @Nullable Tensor tensor;
    private @Nullable Activation same;
    private int readers;
    private boolean consumed;

    /** An activation whose values are known. */
    Activation(Tensor tensor, boolean perSample) {
        this.operation = null;
        this.computation = null;
        this.shape = tensor.shape();
        this.perSample = perSample;
        this.tensor = tensor;
    }

    /** An activation that is the same as another until it is told what else it is. */
    Activation(Activation same) {
        this.operation = null;
        this.computation = null;
        this.shape = same.shape();
        this.perSample = same.perSample();
        this.same = same;
    }

    /** The output of an operation that waits. */
    Activation(Operation operation, Computation computation) {
        this.operation = operation;
        this.computation = computation;
        this.shape = OutputShapes.of(operation);
        this.perSample = operation.perSample();
    }

    /** Waits again, in a forward of perhaps another number of rows. */
    void waitAgain() {
        Operation waiting = Objects.requireNonNull(operation);
        shape = shape.withFirst(OutputShapes.rows(waiting));
        perSample = waiting.perSample();
        tensor = null;
        readers = 0;
        consumed = false;
    }

    /** Its values in this forward are these. */
    void is(Tensor values, boolean ofSamples) {
        shape = values.shape();
        perSample = ofSamples;
        tensor = values;
        same = null;
    }

    /** It is another activation in this forward. */
    void is(Activation other) {
        shape = other.shape();
        perSample = other.perSample();
        tensor = null;
        same = other;
    }

    /**
     * The values, (rows, ...).
     *
     * @return the tensor; do not write to it
     */
    public Tensor tensor() {
        if (same != null) {
            return same.tensor();
        }
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

    /** One more operation will read this. */
    void addReader() {
        if (same != null) {
            same.addReader();
        } else {
            readers++;
        }
    }

    /** The operation that waits to be computed and whose output nothing but its one reader needs, or null. */
    @Nullable
    Operation waitingForOneReader() {
        if (same != null) {
            return same.waitingForOneReader();
        }
        return tensor == null && readers == 1 ? operation : null;
    }

    /** The values have been computed in the place of the reader's output and are gone. */
    void consumed() {
        if (same != null) {
            same.consumed();
        } else {
            consumed = true;
        }
    }

    /** Computes values that may be asked for later. */
    void settle() {
        if (!consumed) {
            tensor();
        }
    }
}
