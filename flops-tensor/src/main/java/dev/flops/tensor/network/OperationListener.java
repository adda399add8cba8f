package dev.flops.tensor.network;

/** Is told of every operation of a forward, in order; see {@link ForwardContext#listening}. */
@FunctionalInterface
public interface OperationListener {
    /**
     * An operation has been performed.
     *
     * @param operation the operation
     * @param output its output, the very object that the network goes on with
     */
    void performed(Operation operation, Activation output);
}
