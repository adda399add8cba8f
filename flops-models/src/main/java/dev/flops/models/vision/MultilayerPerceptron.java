package dev.flops.models.vision;

import dev.flops.models.layer.Linear;
import dev.flops.tensor.Shape;
import dev.flops.tensor.network.Activation;
import dev.flops.tensor.network.ForwardContext;
import dev.flops.tensor.network.Initializer;
import dev.flops.tensor.network.Layer;
import dev.flops.tensor.network.Network;
import dev.flops.tensor.network.NetworkBuilder;
import java.util.ArrayList;
import java.util.List;

/** A multilayer perceptron on pixels: linear layers with GELU between them. Sites {@code layers.I} and {@code head}. */
public final class MultilayerPerceptron implements Layer {
    private final List<Linear> layers = new ArrayList<>();
    private final Linear head;
    private final int pixels;

    private MultilayerPerceptron(NetworkBuilder builder, MultilayerPerceptronConfig config) {
        pixels = config.imageSize() * config.imageSize() * config.channels();
        int in = pixels;
        for (int i = 0; i < config.hidden().size(); i++) {
            int out = config.hidden().get(i);
            layers.add(new Linear(builder, "layers." + i, in, out, Initializer.fanIn(in)));
            in = out;
        }
        head = new Linear(builder, "head", in, config.classes(), Initializer.fanIn(in));
    }

    /**
     * A network with random weights.
     *
     * @param config its dimensions
     * @param seed seed of the weights
     * @return a network of input (imageSize, imageSize, channels)
     */
    public static Network create(MultilayerPerceptronConfig config, long seed) {
        NetworkBuilder builder = new NetworkBuilder(seed);
        Layer layer = new MultilayerPerceptron(builder, config);
        Shape input = Shape.of(config.imageSize(), config.imageSize(), config.channels());
        return builder.build("mlp", input, config.classes(), layer);
    }

    @Override
    public Activation forward(ForwardContext context, Activation images) {
        Activation x = context.reshape(images, pixels);
        for (Linear layer : layers) {
            x = context.gelu(layer.forward(context, x));
        }
        return head.forward(context, x);
    }
}
