package dev.flops.models.vision;

import dev.flops.models.layer.Conv2d;
import dev.flops.models.layer.Embedding;
import dev.flops.models.layer.EncoderBlock;
import dev.flops.models.layer.LayerNorm;
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
 * A vision transformer with class token and learned positions (Dosovitskiy et al., <em>An Image is Worth 16x16
 * Words</em>, ICLR 2021).
 *
 * <pre>
 *   patches → linear → [class token | ·] + positions → depth × block → norm → head, on the class token
 * </pre>
 *
 * <p>The last block computes its class token only: what it would compute for the others reaches no logit. Parameter
 * names are those of the timm library ({@code patch_embed.proj.weight}, {@code blocks.0.attn.qkv.weight}, ...).
 */
public final class VisionTransformer implements Layer {
    private static final float EPSILON = 1e-6f;

    private final VisionTransformerConfig config;
    private final Conv2d patchEmbedding;
    private final Embedding embedding;
    private final List<EncoderBlock> blocks = new ArrayList<>();
    private final LayerNorm norm;
    private final Linear head;

    private VisionTransformer(NetworkBuilder builder, VisionTransformerConfig config) {
        this.config = config;
        int d = config.features();
        Window patch = Window.square(config.patchSize(), config.patchSize(), 0);
        int taps = config.channels() * config.patchSize() * config.patchSize();
        patchEmbedding =
                new Conv2d(builder, "patch_embed.proj", config.channels(), d, patch, 1, Initializer.fanIn(taps));
        embedding = new Embedding(builder, config.patches(), d, Initializer.normal(1));
        for (int i = 0; i < config.depth(); i++) {
            blocks.add(new EncoderBlock(
                    builder, "blocks." + i, d, config.heads(), config.hidden(), EPSILON, Initializer.fanIn(d)));
        }
        norm = new LayerNorm(builder, "norm", d, EPSILON);
        head = new Linear(builder, "head", d, config.classes(), Initializer.fanIn(d));
    }

    /**
     * A vision transformer with random weights.
     *
     * @param config its dimensions
     * @param seed seed of the weights
     * @return a network of input (imageSize, imageSize, channels)
     */
    public static Network create(VisionTransformerConfig config, long seed) {
        NetworkBuilder builder = new NetworkBuilder(seed);
        Layer layer = new VisionTransformer(builder, config);
        Shape input = Shape.of(config.imageSize(), config.imageSize(), config.channels());
        return builder.build("vit", input, config.classes(), layer);
    }

    @Override
    public Activation forward(ForwardContext context, Activation images) {
        Activation x = context.scoped(this::embed, images); // (rows, T + 1, d)
        x = context.chain(blocks.subList(0, blocks.size() - 1), x); // (rows, T + 1, d)
        Activation token = blocks.getLast().forwardFirstToken(context, x); // (rows, d)
        return head.forward(context, norm.forward(context, token));
    }

    private Activation embed(ForwardContext context, Activation images) {
        Activation patches = patchEmbedding.forward(context, images); // (rows, side, side, d)
        return embedding.forward(context, context.reshape(patches, config.patches(), config.features()));
    }
}
