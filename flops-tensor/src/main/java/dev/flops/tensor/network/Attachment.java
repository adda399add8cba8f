package dev.flops.tensor.network;

/**
 * Something attached to a site of a network that changes what flows on from there, such as an adapter: the layer that
 * announces the site need not know it.
 */
@FunctionalInterface
public interface Attachment {
    /**
     * Computes what flows on.
     *
     * @param context performs the operations; sites may be announced
     * @param input the input of the layer at the site
     * @param output what the layer announced, perturbed if it is
     * @return what the network must go on with
     */
    Activation after(ForwardContext context, Activation input, Activation output);
}
