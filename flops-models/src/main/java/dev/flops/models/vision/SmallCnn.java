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
 * A small convolutional network: per stage a 3×3 convolution, ReLU and 2×2 max pooling; then the average over
 * positions and a linear head. No normalisation couples the examples of a batch.
 */
public final class SmallCnn implements Layer {
    private final List<Conv2d> stages = new ArrayList<>();
    private final Linear head;
    private final Window average;
    private final int features;

    private SmallCnn(NetworkBuilder builder, SmallCnnConfig config) {
        int in = config.channels();
        int size = config.imageSize();
        for (int i = 0; i < config.widths().size(); i++) {
            int out = config.widths().get(i);
            stages.add(new Conv2d(
                    builder,
                    "stages." + i + ".conv",
                    in,
                    out,
                    Window.square(3, 1, 1),
                    1,
                    Initializer.fanIn(9 * in / 2.0)));
            in = out;
            size /= 2;
        }
        average = Window.square(size, size, 0);
        features = in;
        head = new Linear(builder, "head", in, config.classes(), Initializer.fanIn(in));
    }

    /**
     * A network with random weights.
     *
     * @param config its dimensions
     * @param seed seed of the weights
     * @return a network of input (imageSize, imageSize, channels)
     */
    public static Network create(SmallCnnConfig config, long seed) {
        NetworkBuilder builder = new NetworkBuilder(seed);
        Layer layer = new SmallCnn(builder, config);
        Shape input = Shape.of(config.imageSize(), config.imageSize(), config.channels());
        return builder.build("cnn", input, config.classes(), layer);
    }

    @Override
    public Activation forward(ForwardContext context, Activation images) {
        Activation x = images;
        for (Conv2d stage : stages) {
            x = context.maxPool(context.relu(stage.forward(context, x)), Window.square(2, 2, 0));
        }
        Activation pooled = context.averagePool(x, average); // (rows, 1, 1, features)
        return head.forward(context, context.reshape(pooled, features));
    }
}
