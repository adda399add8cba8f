package dev.flops.models.layer;

import dev.flops.api.Parameters.Parameter;
import dev.flops.tensor.network.Activation;
import dev.flops.tensor.network.ForwardContext;
import dev.flops.tensor.network.Initializer;
import dev.flops.tensor.network.Layer;
import dev.flops.tensor.network.NetworkBuilder;
import dev.flops.tensor.network.Site;

/**
 * Root-mean-square normalisation of the last axis (Zhang and Sennrich, NeurIPS 2019), y = x / √(mean(x²) + ε) ⊙ γ, with a
 * perturbation site at its output.
 *
 * <p>Parameter: {@code NAME.weight} (γ, begins at 1).
 */
public final class RmsNorm implements Layer {
    private final Parameter gamma;
    private final Site site;
    private final float epsilon;

    /**
     * Declares a root-mean-square normalisation.
     *
     * @param builder receives the parameter and the site
     * @param name name of the layer and of its site
     * @param features extent of the last axis
     * @param epsilon added to the mean square
     */
    public RmsNorm(NetworkBuilder builder, String name, int features, float epsilon) {
        gamma = builder.parameter(name + ".weight", Initializer.constant(1), features);
        site = builder.site(name, new RmsNormContraction(gamma, epsilon));
        this.epsilon = epsilon;
    }

    @Override
    public Activation forward(ForwardContext context, Activation x) {
        return context.announce(site, x, context.rmsNorm(x, gamma, epsilon));
    }
}
