package dev.flops.models.layer;

import dev.flops.api.Parameters.Parameter;
import dev.flops.tensor.network.Activation;
import dev.flops.tensor.network.ForwardContext;
import dev.flops.tensor.network.Initializer;
import dev.flops.tensor.network.Layer;
import dev.flops.tensor.network.NetworkBuilder;
import dev.flops.tensor.network.ScoreContraction;
import dev.flops.tensor.network.Site;

/**
 * A linear layer y = x Wᵀ + b on the last axis, with a perturbation site at its output.
 *
 * <p>Parameters: {@code NAME.weight} (out, in) and {@code NAME.bias} (out).
 */
public final class Linear implements Layer {
    private final Parameter weight;
    private final Parameter bias;
    private final Site site;

    /**
     * Declares a linear layer.
     *
     * @param builder receives the parameters and the site
     * @param name name of the layer and of its site
     * @param in features in
     * @param out features out
     * @param initializer initial weights; biases begin at 0
     */
    public Linear(NetworkBuilder builder, String name, int in, int out, Initializer initializer) {
        weight = builder.matrix(name + ".weight", initializer, 1, out, in);
        bias = builder.parameter(name + ".bias", Initializer.constant(0), out);
        site = builder.site(name, new LinearContraction(weight, bias));
    }

    /**
     * How noise at the output of a matrix without bias becomes its gradient, for layers that are made of one.
     *
     * @param weight (out, in)
     * @return ∇W = Σ S hᵀ
     */
    public static ScoreContraction contraction(Parameter weight) {
        return new LinearContraction(weight, null);
    }

    @Override
    public Activation forward(ForwardContext context, Activation x) {
        return context.announce(site, x, context.linear(x, weight, bias));
    }
}
