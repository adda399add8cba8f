package dev.flops.models.vision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flops.api.Distribution;
import dev.flops.api.NoiseAddress;
import dev.flops.api.RandomKey;
import dev.flops.models.adapter.LowRankAdapter;
import dev.flops.models.layer.ChannelNorm;
import dev.flops.tensor.Shape;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.network.Activation;
import dev.flops.tensor.network.ForwardContext;
import dev.flops.tensor.network.Layer;
import dev.flops.tensor.network.Network;
import dev.flops.tensor.network.NetworkBuilder;
import dev.flops.tensor.network.PackedParameters;
import dev.flops.tensor.network.Recording;
import dev.flops.tensor.network.Site;
import dev.flops.tensor.network.SiteHook;
import dev.flops.tensor.spec.SimdWidth;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A forward that keeps everything computes one operation after the other; one that keeps nothing lets operations wait, computes in
 * place and takes the examples in parts. The bits and the operations counted are the same.
 */
class ForwardsAgreeTest {
    /** More than two parts of the least size, and not a multiple of it. */
    private static final int EXAMPLES = 21;

    private static final TensorOps OPS = TensorOps.of(SimdWidth.AUTO);

    static List<Network> networks() {
        ResNetConfig group =
                new ResNetConfig(9, 2, ResNetConfig.Stem.SMALL, List.of(4, 6), 2, ChannelNorm.Kind.GROUP, 3);
        ResNetConfig batch =
                new ResNetConfig(16, 2, ResNetConfig.Stem.LARGE, List.of(4, 6), 1, ChannelNorm.Kind.FROZEN_BATCH, 3);
        Network transformer = VisionTransformer.create(new VisionTransformerConfig(12, 2, 3, 16, 3, 2, 40, 5), 3);
        return List.of(
                transformer,
                new LowRankAdapter(2, 3, name -> name.endsWith("qkv") || name.endsWith("fc2")).attachTo(transformer, 4),
                ResNet.create(group, 1),
                ResNet.create(batch, 1),
                Vgg.create(new VggConfig(12, 2, List.of(3, 5), 2, 8, 3), 2),
                MultilayerPerceptron.create(new MultilayerPerceptronConfig(7, 2, List.of(70, 6), 3), 5),
                large(),
                diamonds(),
                scopes());
    }

    /** What was consumed is read inside of a part, whose memory is given back, and again after it. */
    private static Network scopes() {
        NetworkBuilder builder = new NetworkBuilder(1);
        Layer layer = (context, x) -> {
            Activation alone = context.scale(x, -0.5f);
            Activation consumer = context.gelu(alone);
            consumer.tensor();
            Activation inner = context.scoped((within, y) -> within.silu(within.add(within.relu(y), alone)), consumer);
            return context.add(alone, context.scale(inner, 3));
        };
        return builder.build("scopes", Shape.of(33), 33, layer);
    }

    /** An example's activations are so large that few examples go together. */
    private static Network large() {
        return ResNet.create(
                new ResNetConfig(64, 2, ResNetConfig.Stem.SMALL, List.of(16, 8), 1, ChannelNorm.Kind.GROUP, 3), 6);
    }

    /** Activations that are read twice, by operations that work in place, and again when those are through. */
    private static Network diamonds() {
        NetworkBuilder builder = new NetworkBuilder(1);
        Layer layer = (context, x) -> {
            Activation twice = context.scale(x, 1.5f);
            Activation bent = context.relu(twice);
            Activation sum = context.add(bent, twice);
            Activation alone = context.scale(sum, -0.5f);
            Activation consumer = context.gelu(alone);
            consumer.tensor();
            // Its values went where the consumer's are: they are computed anew, and the sum before them, now and in the
            // part below.
            Activation again = context.add(alone, consumer);
            Activation inner = context.scoped((within, y) -> within.silu(within.add(y, again)), sum);
            return context.add(inner, context.add(again, again));
        };
        return builder.build("diamonds", Shape.of(33), 33, layer);
    }

    @ParameterizedTest
    @MethodSource("networks")
    void bitsAndOperations(Network network) {
        Tensor input = input(network, EXAMPLES);
        PackedParameters parameters = new PackedParameters(OPS, network);
        ForwardContext keeping = ForwardContext.recording(OPS, parameters, new Workspace(), new Recording());
        float[] expected = keeping.run(network, input).tensor().toArray();
        Workspace workspace = new Workspace();
        // The first one learns how large activations are, the later ones go in parts.
        for (int forward = 0; forward < 3; forward++) {
            ForwardContext context = ForwardContext.inference(OPS, parameters, workspace);
            assertThat(context.run(network, input).tensor().toArray())
                    .as("forward %d of %s", forward, network.name())
                    .isEqualTo(expected);
            long anew = operationsAnew(network.name()) * 33L * EXAMPLES;
            assertThat(context.flops()).isEqualTo(keeping.flops() + anew);
            workspace.release(0);
        }
    }

    /** Operations that are performed once more, because what they computed was consumed before it was asked for again. */
    private static int operationsAnew(String network) {
        return switch (network) {
            case "diamonds" -> 5;
            case "scopes" -> 2;
            default -> 0;
        };
    }

    /** A context that is kept asks the layers once, whatever the number of examples: later forwards are those of a new context. */
    @ParameterizedTest
    @MethodSource("networks")
    void aContextIsUsedAgain(Network network) {
        PackedParameters parameters = new PackedParameters(OPS, network);
        Workspace workspace = new Workspace();
        ForwardContext kept = ForwardContext.inference(OPS, parameters, workspace);
        Workspace recorded = new Workspace();
        Recording recording = new Recording();
        ForwardContext recorder = ForwardContext.recording(OPS, parameters, recorded, recording);
        for (int examples : new int[] {3, EXAMPLES, 1, 3}) {
            Tensor input = input(network, examples);
            ForwardContext fresh = ForwardContext.inference(OPS, parameters, new Workspace());
            float[] expected = fresh.run(network, input).tensor().toArray();
            assertThat(kept.run(network, input).tensor().toArray()).isEqualTo(expected);
            if (operationsAnew(network.name()) == 0) {
                // The others look at values while they are asked, which happens once.
                assertThat(kept.flops()).isEqualTo(fresh.flops());
            }
            workspace.release(0);
            assertThat(recorder.run(network, input).tensor().toArray()).isEqualTo(expected);
            recorded.release(0);
        }
    }

    /** A replaying context goes on to other sites, recordings and numbers of rows; some hooks keep activations, some do not. */
    @ParameterizedTest
    @MethodSource("networks")
    void replaysAreThoseOfANewContext(Network network) {
        PackedParameters parameters = new PackedParameters(OPS, network);
        Workspace workspace = new Workspace();
        ForwardContext kept = ForwardContext.replaying(OPS, parameters, workspace);
        for (int examples : new int[] {2, 3}) {
            Tensor input = input(network, examples);
            Recording recording = new Recording();
            ForwardContext.recording(OPS, parameters, new Workspace(), recording)
                    .run(network, input);
            for (Site site : network.sites()) {
                for (int[] exampleOfRow : new int[][] {{1}, {0, 1, 1, 0}}) {
                    PerturbFrom hook = new PerturbFrom(site.index(), exampleOfRow, site.index() % 2 == 0);
                    ForwardContext fresh = ForwardContext.replaying(OPS, parameters, new Workspace());
                    fresh.replay(recording, exampleOfRow, exampleOfRow.length, hook);
                    float[] expected = fresh.run(network, input).tensor().toArray();
                    kept.replay(recording, exampleOfRow, exampleOfRow.length, hook);
                    assertThat(kept.run(network, input).tensor().toArray())
                            .as("%d rows behind %s of %s", exampleOfRow.length, site.name(), network.name())
                            .isEqualTo(expected);
                    assertThat(kept.flops()).isEqualTo(fresh.flops());
                    workspace.release(0);
                }
            }
        }
    }

    /** Noise at a site and those behind it. */
    private record PerturbFrom(int first, int[] exampleOfRow, boolean keepsActivations) implements SiteHook {
        @Override
        public @Nullable Tensor at(ForwardContext context, Site site, Activation input, Activation output) {
            if (site.index() < first) {
                return null;
            }
            Tensor perturbed = context.newSampleTensor(output);
            for (int row = 0; row < exampleOfRow.length; row++) {
                NoiseAddress noise = new NoiseAddress(RandomKey.ofSeed(row), site.index(), 0);
                int from = output.perSample() ? row : exampleOfRow[row];
                OPS.noise()
                        .addNoiseToRowInto(Distribution.GAUSSIAN, noise, 0.1f, output.tensor(), from, perturbed, row);
            }
            return perturbed;
        }
    }

    private static Tensor input(Network network, int examples) {
        Tensor input = Tensor.zeros(network.inputShape().withLeading(examples).toArray());
        OPS.noise().noiseInto(Distribution.GAUSSIAN, new NoiseAddress(RandomKey.ofSeed(7), 0, 0), input);
        return input;
    }

    @Test
    void partsTakeLessMemory() {
        Network network = large();
        Tensor input = Tensor.zeros(network.inputShape().withLeading(EXAMPLES).toArray());
        PackedParameters parameters = new PackedParameters(OPS, network);
        Workspace whole = new Workspace();
        ForwardContext.inference(OPS, parameters, whole).run(network, input);
        Workspace parts = new Workspace();
        ForwardContext.inference(OPS, parameters, parts).run(network, input);
        assertThat(parts.bytes()).isLessThan(whole.bytes() * 2 / 3);
    }
}
