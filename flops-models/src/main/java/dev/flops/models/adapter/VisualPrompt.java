package dev.flops.models.adapter;

import dev.flops.api.Parameters.Parameter;
import dev.flops.tensor.network.Attachment;
import dev.flops.tensor.network.Initializer;
import dev.flops.tensor.network.Network;
import dev.flops.tensor.network.NetworkBuilder;
import dev.flops.tensor.network.Site;
import java.util.Map;

/**
 * Visual prompt tuning (Jia et al., ECCV 2022, shallow): learned tokens behind the class token, in front of the patches,
 * without positions. Parameter and site {@code prompt.tokens}, (1, tokens, d).
 *
 * @param tokens number of learned tokens, at least 1
 */
public record VisualPrompt(int tokens) implements Adapter {
    private static final String NAME = "prompt.tokens";
    private static final String POSITIONS = "pos_embed";
    private static final String PLACE = "embed";

    /** Checks the range. */
    public VisualPrompt {
        if (tokens < 1) {
            throw new IllegalArgumentException("tokens = " + tokens + ", expected >= 1");
        }
    }

    @Override
    public Network attachTo(Network network, long seed) {
        if (network.sites().stream().noneMatch(site -> site.name().equals(PLACE))) {
            throw new IllegalArgumentException("network " + network.name() + " has no token embedding, site " + PLACE
                    + ", expected a vision transformer");
        }
        int features = network.parameters().get(POSITIONS).shape().getLast();
        NetworkBuilder builder = NetworkBuilder.extending(network, seed);
        Parameter prompt = builder.parameter(NAME, Initializer.normal(1), 1, tokens, features);
        Site site = builder.site(NAME, new BroadcastContraction(prompt));
        Attachment insertion = (context, input, output) ->
                context.insert(output, context.announce(site, output, context.broadcast(output, prompt)), 1);
        return builder.build(network.name(), network.inputShape(), network.outputs(), (context, x) -> {
            context.attach(Map.of(PLACE, insertion));
            return network.layer().forward(context, x);
        });
    }

    @Override
    public boolean owns(String parameter) {
        return parameter.equals(NAME);
    }
}
