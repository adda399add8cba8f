package dev.flops.models.layer;

import dev.flops.api.Parameters.Parameter;
import dev.flops.tensor.network.Activation;
import dev.flops.tensor.network.ForwardContext;
import dev.flops.tensor.network.Initializer;
import dev.flops.tensor.network.NetworkBuilder;
import dev.flops.tensor.network.Site;

/**
 * Group normalisation of channels-last images (Wu and He, ECCV 2018), y = x̂ ⊙ γ + β, with a perturbation site at its
 * output.
 *
 * <p>Parameters: {@code NAME.weight} (γ, begins at 1) and {@code NAME.bias} (β, begins at 0).
 */
public final class GroupNorm implements ChannelNorm {
    private final Parameter gamma;
    private final Parameter beta;
    private final int groups;
    private final float epsilon;
    private final Site site;

    /**
     * Declares a group normalisation.
     *
     * @param builder receives the parameters and the site
     * @param name name of the layer and of its site
     * @param channels number of channels
     * @param groups number of groups, a divisor of channels
     * @param epsilon added to the variance
     */
    public GroupNorm(NetworkBuilder builder, String name, int channels, int groups, float epsilon) {
        if (groups < 1 || channels % groups != 0) {
            throw new IllegalArgumentException(
                    "groups = " + groups + " of " + name + ", expected a divisor of " + channels);
        }
        gamma = builder.parameter(name + ".weight", Initializer.constant(1), channels);
        beta = builder.parameter(name + ".bias", Initializer.constant(0), channels);
        this.groups = groups;
        this.epsilon = epsilon;
        site = builder.site(name, new AffineContraction(gamma, beta));
    }

    @Override
    public Activation forward(ForwardContext context, Activation x) {
        Activation normalised = context.groupNorm(x, groups, epsilon);
        return context.announce(site, normalised, context.affine(normalised, gamma, beta));
    }
}
