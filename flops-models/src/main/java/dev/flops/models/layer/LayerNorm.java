package dev.flops.models.layer;

import dev.flops.api.Parameters.Parameter;
import dev.flops.tensor.network.Activation;
import dev.flops.tensor.network.ForwardContext;
import dev.flops.tensor.network.Initializer;
import dev.flops.tensor.network.Layer;
import dev.flops.tensor.network.NetworkBuilder;
import dev.flops.tensor.network.Site;

/**
 * Layer normalisation of the last axis (Ba, Kiros, Hinton 2016), y = x̂ ⊙ γ + β, with a perturbation site at its output.
 *
 * <p>Parameters: {@code NAME.weight} (γ, begins at 1) and {@code NAME.bias} (β, begins at 0).
 */
public final class LayerNorm implements Layer {
    private final Parameter gamma;
    private final Parameter beta;
    private final Site site;
    private final float epsilon;

    /**
     * Declares a layer normalisation.
     *
     * @param builder receives the parameters and the site
     * @param name name of the layer and of its site
     * @param features extent of the last axis
     * @param epsilon added to the variance
     */
    public LayerNorm(NetworkBuilder builder, String name, int features, float epsilon) {
        gamma = builder.parameter(name + ".weight", Initializer.constant(1), features);
        beta = builder.parameter(name + ".bias", Initializer.constant(0), features);
        site = builder.site(name, new LayerNormContraction(gamma, beta, epsilon));
        this.epsilon = epsilon;
    }

    @Override
    public Activation forward(ForwardContext context, Activation x) {
        return context.announce(site, x, context.layerNorm(x, gamma, beta, epsilon));
    }
}
