package dev.flops.models.layer;

import dev.flops.api.Parameters.Parameter;
import dev.flops.tensor.network.Activation;
import dev.flops.tensor.network.ForwardContext;
import dev.flops.tensor.network.Initializer;
import dev.flops.tensor.network.Layer;
import dev.flops.tensor.network.NetworkBuilder;
import dev.flops.tensor.network.Site;

/**
 * The embedding sum of a vision transformer, [class token | x] + positions, with a perturbation site at the sum
 * (Dosovitskiy et al., ICLR 2021, equation 1).
 *
 * <p>Parameters: {@code cls_token} (1, 1, d) and {@code pos_embed} (1, T + 1, d).
 */
public final class Embedding implements Layer {
    private final Parameter token;
    private final Parameter positions;
    private final Site site;

    /**
     * Declares an embedding sum.
     *
     * @param builder receives the parameters and the site
     * @param tokens tokens T before the class token is put in front
     * @param features d
     * @param initializer initial class token and positions
     */
    public Embedding(NetworkBuilder builder, int tokens, int features, Initializer initializer) {
        token = builder.parameter("cls_token", initializer, 1, 1, features);
        positions = builder.parameter("pos_embed", initializer, 1, tokens + 1, features);
        site = builder.site("embed", new EmbeddingContraction(token, positions));
    }

    @Override
    public Activation forward(ForwardContext context, Activation x) {
        return context.announce(site, x, context.embed(x, token, positions));
    }
}
