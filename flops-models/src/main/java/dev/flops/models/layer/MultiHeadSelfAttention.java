package dev.flops.models.layer;

import dev.flops.tensor.network.Activation;
import dev.flops.tensor.network.ForwardContext;
import dev.flops.tensor.network.Initializer;
import dev.flops.tensor.network.NetworkBuilder;

/**
 * Multi-head self-attention (Vaswani et al. 2017) on (rows, tokens, d): qkv = x W_qkvᵀ + b, attention per head, output
 * projection. Sites: {@code NAME.qkv} and {@code NAME.proj}.
 */
public final class MultiHeadSelfAttention {
    private final Linear qkv;
    private final Linear projection;
    private final int heads;

    /**
     * Declares an attention layer.
     *
     * @param builder receives the parameters and the sites
     * @param name name of the layer
     * @param features d
     * @param heads number of heads, a divisor of d
     * @param initializer initial weights
     */
    public MultiHeadSelfAttention(
            NetworkBuilder builder, String name, int features, int heads, Initializer initializer) {
        if (heads < 1 || features % heads != 0) {
            throw new IllegalArgumentException(
                    "heads = " + heads + " of " + name + ", expected a divisor of " + features);
        }
        this.heads = heads;
        qkv = new Linear(builder, name + ".qkv", features, 3 * features, initializer);
        projection = new Linear(builder, name + ".proj", features, features, initializer);
    }

    /**
     * Attention for all tokens.
     *
     * @param context performs the operations
     * @param x (rows, T, d)
     * @return (rows, T, d)
     */
    public Activation forward(ForwardContext context, Activation x) {
        return projection.forward(context, context.attention(qkv.forward(context, x), heads));
    }

    /**
     * Attention for the first token alone: the same numbers as the first token of {@link #forward}, without projecting
     * the others.
     *
     * @param context performs the operations
     * @param x (rows, T, d)
     * @return (rows, d)
     */
    public Activation forwardFirstToken(ForwardContext context, Activation x) {
        Activation attended = context.attention(qkv.forward(context, x), heads);
        return projection.forward(context, context.token(attended, 0));
    }
}
