package dev.flops.tensor.network;

/**
 * A part of a network: a function of one activation, written against the operations of a {@link ForwardContext}.
 *
 * <p>A layer always performs the same operations in the same order, whatever the values and the number of rows, and need not be asked
 * again: that is what lets a context go through them once more, or replay a forward from a site on. It keeps no state and looks at no
 * values.
 */
@FunctionalInterface
public interface Layer {
    /**
     * Computes the layer.
     *
     * @param context performs every operation
     * @param x input, (rows, ...)
     * @return output, (rows, ...)
     */
    Activation forward(ForwardContext context, Activation x);

    /**
     * This layer, then another.
     *
     * @param next what follows
     * @return the composition
     */
    default Layer then(Layer next) {
        return (context, x) -> next.forward(context, forward(context, x));
    }
}
