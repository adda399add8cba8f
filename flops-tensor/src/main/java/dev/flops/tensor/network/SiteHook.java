package dev.flops.tensor.network;

import dev.flops.tensor.Tensor;

/** What an estimator does where a network announces a site. */
@FunctionalInterface
public interface SiteHook {
    /**
     * Called once per site and forward, in forward order.
     *
     * @param context the running context; {@link ForwardContext#newSampleTensor} gives room for a perturbed output
     * @param site the site
     * @param input the layer's input
     * @param output the layer's output
     * @return a perturbed tensor with one row per sample, or null to leave the output as it is
     */
    @org.jspecify.annotations.Nullable
    Tensor at(ForwardContext context, Site site, Activation input, Activation output);

    /**
     * Whether inputs and outputs of sites are read after the forward. Otherwise their memory may be used again as soon as the
     * network does not need them any more.
     *
     * @return false unless a hook says otherwise
     */
    default boolean keepsActivations() {
        return false;
    }
}
