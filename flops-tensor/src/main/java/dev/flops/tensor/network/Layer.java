package dev.flops.tensor.network;

/**
 * A part of a network: a function of one activation, written against the operations of a {@link ForwardContext}.
 *
 * <p>A layer always performs the same operations in the same order, whatever the values; that is what lets a context
 * replay a forward from a site on. It keeps no state.
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
