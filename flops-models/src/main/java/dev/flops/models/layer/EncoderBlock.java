package dev.flops.models.layer;

import dev.flops.tensor.network.Activation;
import dev.flops.tensor.network.ForwardContext;
import dev.flops.tensor.network.Initializer;
import dev.flops.tensor.network.Layer;
import dev.flops.tensor.network.NetworkBuilder;

/**
 * A pre-norm transformer encoder block (Dosovitskiy et al., ICLR 2021, equations 2 and 3):
 *
 * <pre>
 *   x ← x + attention(norm1(x));   x ← x + mlp(norm2(x))
 * </pre>
 */
public final class EncoderBlock implements Layer {
    private final LayerNorm norm1;
    private final MultiHeadSelfAttention attention;
    private final LayerNorm norm2;
    private final Mlp mlp;

    /**
     * Declares a block.
     *
     * @param builder receives the parameters and the sites
     * @param name name of the block
     * @param features d
     * @param heads number of heads
     * @param hidden hidden features of the feed-forward block
     * @param epsilon of the normalisations
     * @param initializer initial weights
     */
    public EncoderBlock(
            NetworkBuilder builder,
            String name,
            int features,
            int heads,
            int hidden,
            float epsilon,
            Initializer initializer) {
        norm1 = new LayerNorm(builder, name + ".norm1", features, epsilon);
        attention = new MultiHeadSelfAttention(builder, name + ".attn", features, heads, initializer);
        norm2 = new LayerNorm(builder, name + ".norm2", features, epsilon);
        mlp = new Mlp(builder, name + ".mlp", features, hidden, initializer);
    }

    @Override
    public Activation forward(ForwardContext context, Activation x) {
        return context.scoped(this::feedForward, context.scoped(this::attend, x));
    }

    private Activation attend(ForwardContext context, Activation x) {
        return context.add(x, attention.forward(context, norm1.forward(context, x)));
    }

    private Activation feedForward(ForwardContext context, Activation x) {
        return context.add(x, mlp.forward(context, norm2.forward(context, x)));
    }

    /**
     * The block where only the first token is needed further on: the same numbers as the first token of
     * {@link #forward}. The other tokens are neither computed nor perturbed where they cannot reach the loss, which
     * saves their cost and the variance that noise on them would add.
     *
     * @param context performs the operations
     * @param x (rows, T, d)
     * @return (rows, d)
     */
    public Activation forwardFirstToken(ForwardContext context, Activation x) {
        Activation first = context.scoped(this::attendFirstToken, x);
        return context.scoped(this::feedForward, context.add(context.token(x, 0), first));
    }

    private Activation attendFirstToken(ForwardContext context, Activation x) {
        return attention.forwardFirstToken(context, norm1.forward(context, x));
    }
}
