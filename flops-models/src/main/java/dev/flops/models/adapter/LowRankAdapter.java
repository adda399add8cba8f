package dev.flops.models.adapter;

import dev.flops.api.Parameters.Parameter;
import dev.flops.models.layer.Linear;
import dev.flops.tensor.network.Activation;
import dev.flops.tensor.network.Attachment;
import dev.flops.tensor.network.ForwardContext;
import dev.flops.tensor.network.Initializer;
import dev.flops.tensor.network.Network;
import dev.flops.tensor.network.NetworkBuilder;
import dev.flops.tensor.network.Site;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Low-rank adaptation (LoRA; Hu et al., ICLR 2022) of linear layers: W h + b becomes
 *
 * <pre>
 *   W h + b + (alpha / rank) B A h,    A (rank, in) normal with variance 1 / in,   B (out, rank) zero
 * </pre>
 *
 * so that an adapted network begins as the network it adapts. Of a layer {@code NAME} the parameters are {@code NAME.lora.a}
 * and {@code NAME.lora.b}, each behind a site of the same name: noise on A h trains A, noise on the layer's output trains B.
 * While B is 0 the first has no effect, and A no gradient.
 *
 * @param rank rank of the change, at least 1
 * @param alpha scale of the change, times rank
 * @param layers tells by name which linear layers are adapted
 */
public record LowRankAdapter(int rank, double alpha, Predicate<String> layers) implements Adapter {
    private static final String A = ".lora.a";
    private static final String B = ".lora.b";

    /** Checks the ranges. */
    public LowRankAdapter {
        if (rank < 1) {
            throw new IllegalArgumentException("rank = " + rank + ", expected >= 1");
        }
        if (!(alpha > 0) || Double.isInfinite(alpha)) {
            throw new IllegalArgumentException("alpha = " + alpha + ", expected a finite number > 0");
        }
    }

    @Override
    public Network attachTo(Network network, long seed) {
        NetworkBuilder builder = NetworkBuilder.extending(network, seed);
        Map<String, Attachment> attachments = new LinkedHashMap<>();
        for (Network.Matrix matrix : network.matrices()) {
            List<Integer> shape = matrix.weight().shape();
            String name = matrix.weight().name().replaceFirst("\\.weight$", "");
            if (shape.size() == 2 && layers.test(name)) {
                attachments.put(name, new Branch(builder, name, shape.getLast(), shape.getFirst()));
            }
        }
        if (attachments.isEmpty()) {
            throw new IllegalArgumentException("layers selects no linear layer of " + network.name());
        }
        return builder.build(network.name(), network.inputShape(), network.outputs(), (context, x) -> {
            context.attach(attachments);
            return network.layer().forward(context, x);
        });
    }

    @Override
    public boolean owns(String parameter) {
        return parameter.endsWith(A) || parameter.endsWith(B);
    }

    /** What is added to the output of one layer. */
    private final class Branch implements Attachment {
        private final Parameter a;
        private final Parameter b;
        private final Site inner;
        private final Site outer;
        private final float scale = (float) (alpha / rank);

        Branch(NetworkBuilder builder, String name, int in, int out) {
            a = builder.matrix(name + A, Initializer.fanIn(in), 1, rank, in);
            b = builder.matrix(name + B, Initializer.constant(0), 1, out, rank);
            inner = builder.site(name + A, Linear.contraction(a));
            outer = builder.site(name + B, Linear.contraction(b));
        }

        @Override
        public Activation after(ForwardContext context, Activation input, Activation output) {
            Activation low = context.announce(inner, input, context.linear(input, a, null)); // (rows, ..., rank)
            Activation scaled = context.scale(low, scale);
            return context.announce(outer, scaled, context.add(output, context.linear(scaled, b, null)));
        }
    }
}
