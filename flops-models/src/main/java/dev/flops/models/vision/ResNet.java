package dev.flops.models.vision;

import dev.flops.models.layer.ChannelNorm;
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
import org.jspecify.annotations.Nullable;

/**
 * A residual network of basic blocks (He et al., <em>Deep Residual Learning for Image Recognition</em>, CVPR 2016), with
 * group normalisation or batch normalisation with frozen statistics: statistics of the batch would couple its examples.
 *
 * <pre>
 *   x ← relu(norm(conv(relu(norm(conv(x))))) + shortcut(x));   shortcut: x, or norm(1 × 1 conv(x)) where shapes change
 * </pre>
 *
 * <p>Parameter names are those of torchvision and timm ({@code conv1}, {@code bn1}, {@code layer1.0.conv2},
 * {@code layer2.0.downsample.1}, {@code fc}), also where a {@code bn} is a group normalisation.
 */
public final class ResNet implements Layer {
    private static final Window POOL = Window.square(3, 2, 1);

    private final ResNetConfig config;
    private final Conv2d stem;
    private final ChannelNorm stemNorm;
    private final List<Block> blocks = new ArrayList<>();
    private final Linear head;

    private ResNet(NetworkBuilder builder, ResNetConfig config) {
        this.config = config;
        boolean large = config.stem() == ResNetConfig.Stem.LARGE;
        int in = config.widths().getFirst();
        Window window = large ? Window.square(7, 2, 3) : Window.square(3, 1, 1);
        stem = convolution(builder, "conv1", config.channels(), in, window);
        stemNorm = config.normalization().create(builder, "bn1", in);
        for (int stage = 0; stage < config.widths().size(); stage++) {
            int out = config.widths().get(stage);
            for (int i = 0; i < config.blocks(); i++) {
                int stride = stage > 0 && i == 0 ? 2 : 1;
                String name = "layer" + (stage + 1) + "." + i;
                blocks.add(new Block(builder, name, in, out, stride, config.normalization()));
                in = out;
            }
        }
        head = new Linear(builder, "fc", in, config.classes(), Initializer.fanIn(in));
    }

    /**
     * A network with random weights.
     *
     * @param config its dimensions
     * @param seed seed of the weights
     * @return a network of input (imageSize, imageSize, channels)
     */
    public static Network create(ResNetConfig config, long seed) {
        NetworkBuilder builder = new NetworkBuilder(seed);
        Layer layer = new ResNet(builder, config);
        Shape input = Shape.of(config.imageSize(), config.imageSize(), config.channels());
        return builder.build("resnet", input, config.classes(), layer);
    }

    @Override
    public Activation forward(ForwardContext context, Activation images) {
        Activation x = context.relu(stemNorm.forward(context, stem.forward(context, images)));
        if (config.stem() == ResNetConfig.Stem.LARGE) {
            x = context.maxPool(x, POOL);
        }
        x = context.chain(blocks, x);
        int height = x.shape().extent(1);
        int width = x.shape().extent(2);
        Activation pooled = context.averagePool(x, new Window(height, width, 1, 0, 1)); // (rows, 1, 1, features)
        return head.forward(context, context.reshape(pooled, x.shape().extent(3)));
    }

    private static Conv2d convolution(NetworkBuilder builder, String name, int in, int out, Window window) {
        // Half of the activations are rectified to 0, hence half of the fan-in (He et al., ICCV 2015).
        double fanIn = (double) in * window.kernelHeight() * window.kernelWidth() / 2;
        return Conv2d.withoutBias(builder, name, in, out, window, Initializer.fanIn(fanIn));
    }

    private static final class Block implements Layer {
        private final Conv2d conv1;
        private final ChannelNorm norm1;
        private final Conv2d conv2;
        private final ChannelNorm norm2;
        private final @Nullable Layer downsample;

        Block(NetworkBuilder builder, String name, int in, int out, int stride, ChannelNorm.Kind norm) {
            conv1 = convolution(builder, name + ".conv1", in, out, Window.square(3, stride, 1));
            norm1 = norm.create(builder, name + ".bn1", out);
            conv2 = convolution(builder, name + ".conv2", out, out, Window.square(3, 1, 1));
            norm2 = norm.create(builder, name + ".bn2", out);
            downsample = stride == 1 && in == out
                    ? null
                    : convolution(builder, name + ".downsample.0", in, out, Window.square(1, stride, 0))
                            .then(norm.create(builder, name + ".downsample.1", out));
        }

        @Override
        public Activation forward(ForwardContext context, Activation x) {
            Activation hidden = context.relu(norm1.forward(context, conv1.forward(context, x)));
            Activation change = norm2.forward(context, conv2.forward(context, hidden));
            Activation shortcut = downsample == null ? x : downsample.forward(context, x);
            return context.relu(context.add(change, shortcut));
        }
    }
}
