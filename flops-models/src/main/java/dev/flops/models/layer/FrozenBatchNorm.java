package dev.flops.models.layer;

import dev.flops.api.Parameters.Parameter;
import dev.flops.tensor.network.Activation;
import dev.flops.tensor.network.ForwardContext;
import dev.flops.tensor.network.Initializer;
import dev.flops.tensor.network.NetworkBuilder;
import dev.flops.tensor.network.Site;

/**
 * Batch normalisation (Ioffe and Szegedy, ICML 2015) with frozen statistics, y = x̂ ⊙ γ + β with
 * x̂ = (x − mean) / √(variance + ε) per channel, and a perturbation site at its output. It is what a trained network
 * does at inference; statistics of the present batch would couple its examples.
 *
 * <p>Parameters: {@code NAME.weight} (γ, begins at 1) and {@code NAME.bias} (β, begins at 0). Constants:
 * {@code NAME.running_mean} (0 unless loaded) and {@code NAME.running_var} (1 unless loaded).
 */
public final class FrozenBatchNorm implements ChannelNorm {
    private final Parameter gamma;
    private final Parameter beta;
    private final Parameter mean;
    private final Parameter variance;
    private final float epsilon;
    private final Site site;

    /**
     * Declares a normalisation with frozen statistics.
     *
     * @param builder receives the parameters, the constants and the site
     * @param name name of the layer and of its site
     * @param channels number of channels
     * @param epsilon added to the variance
     */
    public FrozenBatchNorm(NetworkBuilder builder, String name, int channels, float epsilon) {
        gamma = builder.parameter(name + ".weight", Initializer.constant(1), channels);
        beta = builder.parameter(name + ".bias", Initializer.constant(0), channels);
        mean = builder.constant(name + ".running_mean", Initializer.constant(0), channels);
        variance = builder.constant(name + ".running_var", Initializer.constant(1), channels);
        this.epsilon = epsilon;
        site = builder.site(name, new AffineContraction(gamma, beta));
    }

    @Override
    public Activation forward(ForwardContext context, Activation x) {
        Activation normalised = context.standardize(x, mean, variance, epsilon);
        return context.announce(site, normalised, context.affine(normalised, gamma, beta));
    }
}
