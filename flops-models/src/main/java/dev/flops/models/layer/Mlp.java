package dev.flops.models.layer;

import dev.flops.tensor.network.Activation;
import dev.flops.tensor.network.ForwardContext;
import dev.flops.tensor.network.Initializer;
import dev.flops.tensor.network.Layer;
import dev.flops.tensor.network.NetworkBuilder;

/** The feed-forward block of a transformer: linear, GELU, linear. Sites: {@code NAME.fc1} and {@code NAME.fc2}. */
public final class Mlp implements Layer {
    private final Linear first;
    private final Linear second;

    /**
     * Declares a feed-forward block.
     *
     * @param builder receives the parameters and the sites
     * @param name name of the block
     * @param features features in and out
     * @param hidden features between
     * @param initializer initial weights
     */
    public Mlp(NetworkBuilder builder, String name, int features, int hidden, Initializer initializer) {
        first = new Linear(builder, name + ".fc1", features, hidden, initializer);
        second = new Linear(builder, name + ".fc2", hidden, features, initializer);
    }

    @Override
    public Activation forward(ForwardContext context, Activation x) {
        return second.forward(context, context.gelu(first.forward(context, x)));
    }
}
