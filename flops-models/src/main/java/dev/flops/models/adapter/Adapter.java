package dev.flops.models.adapter;

import dev.flops.tensor.network.Network;

/** Something that can be attached to a network, whatever its architecture. */
public sealed interface Adapter permits LowRankAdapter, VisualPrompt, InputPrompt {
    /**
     * Attaches the adapter.
     *
     * @param network the network, not modified
     * @param seed seed of the adapter's initial values
     * @return a network that has a copy of all parameters of the first, and the adapter's; {@link #owns} tells them apart
     * @throws IllegalArgumentException if the network has no place for the adapter
     */
    Network attachTo(Network network, long seed);

    /**
     * Whether a parameter is one of this kind of adapter.
     *
     * @param parameter name of a parameter of an adapted network
     * @return true for the adapter's own
     */
    boolean owns(String parameter);
}
