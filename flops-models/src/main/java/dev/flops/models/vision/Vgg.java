package dev.flops.models.vision;

import dev.flops.models.layer.Conv2d;
import dev.flops.models.layer.Linear;
import dev.flops.tensor.Shape;
import dev.flops.tensor.network.Activation;
import dev.flops.tensor.network.ForwardContext;
import dev.flops.tensor.network.Initializer;
import dev.flops.tensor.network.Layer;
import dev.flops.tensor.network.Network;
import dev.flops.tensor.network.NetworkBuilder;
import dev.flops.tensor.spec.Window;
import java.util.ArrayList;
import java.util.List;

/**
 * A plain convolutional network (Simonyan and Zisserman, ICLR 2015): stages of 3 × 3 convolutions and ReLU, each ended by
 * 2 × 2 max pooling, then a hidden linear layer and the head. With three stages of two convolutions it has eight layers.
 */
public final class Vgg implements Layer {
    private static final Window POOL = Window.square(2, 2, 0);

    private final List<List<Conv2d>> stages = new ArrayList<>();
    private final Linear hidden;
    private final Linear head;
    private final int flat;

    private Vgg(NetworkBuilder builder, VggConfig config) {
        int in = config.channels();
        for (int stage = 0; stage < config.widths().size(); stage++) {
            List<Conv2d> convolutions = new ArrayList<>();
            for (int i = 0; i < config.convolutions(); i++) {
                int out = config.widths().get(stage);
                String name = "stages." + stage + ".conv" + (i + 1);
                Initializer start = Initializer.fanIn(9 * in / 2.0);
                convolutions.add(new Conv2d(builder, name, in, out, Window.square(3, 1, 1), 1, start));
                in = out;
            }
            stages.add(convolutions);
        }
        int side = config.imageSize() >> config.widths().size();
        flat = side * side * in;
        hidden = new Linear(builder, "hidden", flat, config.hidden(), Initializer.fanIn(flat / 2.0));
        head = new Linear(builder, "head", config.hidden(), config.classes(), Initializer.fanIn(config.hidden()));
    }

    /**
     * A network with random weights.
     *
     * @param config its dimensions
     * @param seed seed of the weights
     * @return a network of input (imageSize, imageSize, channels)
     */
    public static Network create(VggConfig config, long seed) {
        NetworkBuilder builder = new NetworkBuilder(seed);
        Layer layer = new Vgg(builder, config);
        Shape input = Shape.of(config.imageSize(), config.imageSize(), config.channels());
        return builder.build("vgg", input, config.classes(), layer);
    }

    @Override
    public Activation forward(ForwardContext context, Activation images) {
        Activation x = images;
        for (List<Conv2d> stage : stages) {
            for (Conv2d convolution : stage) {
                x = context.relu(convolution.forward(context, x));
            }
            x = context.maxPool(x, POOL);
        }
        Activation features = hidden.forward(context, context.reshape(x, flat));
        return head.forward(context, context.relu(features));
    }
}
