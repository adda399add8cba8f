package dev.flops.models.adapter;

import dev.flops.api.Parameters.Parameter;
import dev.flops.tensor.Shape;
import dev.flops.tensor.network.Activation;
import dev.flops.tensor.network.Initializer;
import dev.flops.tensor.network.Network;
import dev.flops.tensor.network.NetworkBuilder;
import dev.flops.tensor.network.Site;

/**
 * A picture that is added to every image (Bahng et al., <em>Exploring Visual Prompts for Adapting Large-Scale
 * Models</em>, 2022): of the image's size, or smaller and interpolated bilinearly, so that fewer values are perturbed.
 * Parameter and site {@code input.prompt}, (1, side, side, channels), which begins at 0.
 *
 * @param side rows and columns of the picture before it is interpolated, at least 1
 */
public record InputPrompt(int side) implements Adapter {
    private static final String NAME = "input.prompt";

    /** Checks the range. */
    public InputPrompt {
        if (side < 1) {
            throw new IllegalArgumentException("side = " + side + ", expected >= 1");
        }
    }

    @Override
    public Network attachTo(Network network, long seed) {
        Shape image = network.inputShape();
        if (image.rank() != 3) {
            throw new IllegalArgumentException(
                    "network " + network.name() + " takes " + image + ", expected (height, width, channels)");
        }
        NetworkBuilder builder = NetworkBuilder.extending(network, seed);
        Parameter prompt = builder.parameter(NAME, Initializer.constant(0), 1, side, side, image.extent(2));
        Site site = builder.site(NAME, new BroadcastContraction(prompt));
        boolean whole = side == image.extent(0) && side == image.extent(1);
        return builder.build(network.name(), image, network.outputs(), (context, x) -> {
            Activation small = context.announce(site, x, context.broadcast(x, prompt)); // (rows, side, side, channels)
            Activation picture = whole ? small : context.resize(small, image.extent(0), image.extent(1));
            return network.layer().forward(context, context.add(x, picture));
        });
    }

    @Override
    public boolean owns(String parameter) {
        return parameter.equals(NAME);
    }
}
