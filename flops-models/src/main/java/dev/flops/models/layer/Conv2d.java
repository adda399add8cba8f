package dev.flops.models.layer;

import dev.flops.api.Parameters.Parameter;
import dev.flops.tensor.network.Activation;
import dev.flops.tensor.network.ForwardContext;
import dev.flops.tensor.network.Initializer;
import dev.flops.tensor.network.Layer;
import dev.flops.tensor.network.NetworkBuilder;
import dev.flops.tensor.network.Site;
import dev.flops.tensor.spec.Window;
import org.jspecify.annotations.Nullable;

/**
 * Convolution of channels-last images with any stride, padding, dilation and groups, and a perturbation site at its
 * output.
 *
 * <p>Parameters: {@code NAME.weight} (out, in / groups, kernelHeight, kernelWidth) and, unless without, {@code NAME.bias} (out).
 */
public final class Conv2d implements Layer {
    private final Parameter weight;
    private final @Nullable Parameter bias;
    private final Window window;
    private final int groups;
    private final Site site;

    /**
     * Declares a convolution.
     *
     * @param builder receives the parameters and the site
     * @param name name of the layer and of its site
     * @param in channels in
     * @param out channels out
     * @param window geometry
     * @param groups number of channel groups, a divisor of in and out
     * @param initializer initial weights; biases begin at 0
     */
    public Conv2d(
            NetworkBuilder builder, String name, int in, int out, Window window, int groups, Initializer initializer) {
        this(builder, name, in, out, window, groups, initializer, true);
    }

    private Conv2d(
            NetworkBuilder builder,
            String name,
            int in,
            int out,
            Window window,
            int groups,
            Initializer initializer,
            boolean biased) {
        if (groups < 1 || in % groups != 0) {
            throw new IllegalArgumentException("groups = " + groups + " of " + name + ", expected a divisor of " + in);
        }
        weight = builder.matrix(
                name + ".weight", initializer, groups, out, in / groups, window.kernelHeight(), window.kernelWidth());
        bias = biased ? builder.parameter(name + ".bias", Initializer.constant(0), out) : null;
        this.window = window;
        this.groups = groups;
        site = builder.site(name, new ConvolutionContraction(weight, bias, window, groups));
    }

    /**
     * Declares an ungrouped convolution without bias, to stand before a normalisation.
     *
     * @param builder receives the weight and the site
     * @param name name of the layer and of its site
     * @param in channels in
     * @param out channels out
     * @param window geometry
     * @param initializer initial weights
     * @return the layer
     */
    public static Conv2d withoutBias(
            NetworkBuilder builder, String name, int in, int out, Window window, Initializer initializer) {
        return new Conv2d(builder, name, in, out, window, 1, initializer, false);
    }

    @Override
    public Activation forward(ForwardContext context, Activation x) {
        return context.announce(site, x, context.convolution(x, weight, bias, window, groups));
    }
}
