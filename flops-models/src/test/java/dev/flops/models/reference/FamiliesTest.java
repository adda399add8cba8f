package dev.flops.models.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.flops.api.Parameters;
import dev.flops.models.adapter.Adapter;
import dev.flops.models.adapter.InputPrompt;
import dev.flops.models.adapter.LowRankAdapter;
import dev.flops.models.adapter.VisualPrompt;
import dev.flops.models.layer.ChannelNorm;
import dev.flops.models.layer.FrozenBatchNorm;
import dev.flops.models.layer.GroupNorm;
import dev.flops.models.vision.MultilayerPerceptron;
import dev.flops.models.vision.MultilayerPerceptronConfig;
import dev.flops.models.vision.ResNet;
import dev.flops.models.vision.ResNetConfig;
import dev.flops.models.vision.Vgg;
import dev.flops.models.vision.VggConfig;
import dev.flops.models.vision.VisionPreset;
import dev.flops.models.vision.VisionTransformer;
import dev.flops.models.vision.VisionTransformerConfig;
import dev.flops.tensor.Shape;
import dev.flops.tensor.network.Network;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;

/** Gradients and sites of the families and of adapters, against double precision. */
class FamiliesTest {
    @Property(tries = 40, seed = "11", shrinking = ShrinkingMode.OFF)
    void groupNorm(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 4) int examples,
            @ForAll @IntRange(min = 2, max = 4) int height,
            @ForAll @IntRange(min = 1, max = 3) int width,
            @ForAll @IntRange(min = 1, max = 3) int groups,
            @ForAll @IntRange(min = 1, max = 3) int share) {
        int channels = groups * share;
        BackpropagationTest.checkLayer(
                seed,
                Shape.of(height, width, channels),
                examples,
                height * width * channels,
                (b, name) -> new GroupNorm(b, name, channels, groups, 1e-3f));
    }

    @Property(tries = 40, seed = "12", shrinking = ShrinkingMode.OFF)
    void frozenBatchNorm(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 18) int examples,
            @ForAll @IntRange(min = 1, max = 4) int height,
            @ForAll @IntRange(min = 1, max = 3) int width,
            @ForAll @IntRange(min = 1, max = 9) int channels) {
        BackpropagationTest.checkLayer(
                seed,
                Shape.of(height, width, channels),
                examples,
                height * width * channels,
                (b, name) -> new FrozenBatchNorm(b, name, channels, 1e-3f));
    }

    @Property(tries = 8, seed = "13", shrinking = ShrinkingMode.OFF)
    void residualNetworks(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 2) int examples,
            @ForAll ResNetConfig.Stem stem,
            @ForAll ChannelNorm.Kind norm,
            @ForAll @IntRange(min = 7, max = 10) int side) {
        checkNetwork(ResNet.create(new ResNetConfig(side, 2, stem, List.of(2, 3), 1, norm, 3), seed), examples, seed);
    }

    @Property(tries = 10, seed = "14", shrinking = ShrinkingMode.OFF)
    void plainNetworks(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 3) int examples,
            @ForAll @IntRange(min = 4, max = 7) int side,
            @ForAll @IntRange(min = 1, max = 2) int convolutions) {
        checkNetwork(Vgg.create(new VggConfig(side, 2, List.of(2, 3), convolutions, 4, 3), seed), examples, seed);
        checkNetwork(
                MultilayerPerceptron.create(new MultilayerPerceptronConfig(side, 2, List.of(5, 4), 3), seed),
                examples,
                seed);
    }

    @Property(tries = 6, seed = "15", shrinking = ShrinkingMode.OFF)
    void adaptedTransformers(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 3) int examples,
            @ForAll @IntRange(min = 1, max = 3) int size) {
        for (Adapter adapter : adapters(size)) {
            checkNetwork(adapter.attachTo(transformer(seed), seed), examples, seed);
        }
        // One adapter upon another.
        Network both = new VisualPrompt(size)
                .attachTo(new LowRankAdapter(size, 2, _ -> true).attachTo(transformer(seed), seed), seed);
        checkNetwork(both, examples, seed);
    }

    @Property(tries = 2, seed = "16", shrinking = ShrinkingMode.OFF)
    void adaptedConvolutionalNetworks(@ForAll long seed, @ForAll @IntRange(min = 1, max = 7) int side) {
        Network network = ResNet.create(
                new ResNetConfig(7, 2, ResNetConfig.Stem.SMALL, List.of(2, 3), 1, ChannelNorm.Kind.GROUP, 3), seed);
        checkNetwork(new InputPrompt(side).attachTo(network, seed), 2, seed);
        checkNetwork(new LowRankAdapter(2, 1, "fc"::equals).attachTo(network, seed), 2, seed);
    }

    private static List<Adapter> adapters(int size) {
        return List.of(
                new LowRankAdapter(size, 3, name -> name.endsWith("qkv") || name.endsWith("fc2")),
                new VisualPrompt(size),
                new InputPrompt(size),
                new InputPrompt(6));
    }

    private static Network transformer(long seed) {
        return VisionTransformer.create(new VisionTransformerConfig(6, 2, 3, 4, 2, 2, 5, 3), seed);
    }

    private static void checkNetwork(Network network, int examples, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        GradientCheck.check(network, examples, random); // moves all parameters
        SiteCheck.check(network, random);
        Parameters all = network.parameters();
        assertThat(network.parametersWithoutSite())
                .allMatch(name -> !all.get(name).trainable());
    }

    /** An adapter begins without effect where it begins at zero, and copies what it adapts. */
    @Example
    void anAdaptedNetworkKeepsWhatItAdapts() {
        Network network = transformer(4);
        for (Adapter adapter : adapters(2)) {
            Network adapted = adapter.attachTo(network, 9);
            for (Parameters.Parameter p : network.parameters().list()) {
                assertThat(adapted.parameters().get(p.name())).isEqualTo(p);
            }
            assertThat(adapted.parameters().values())
                    .startsWith(network.parameters().values());
            assertThat(adapted.parameters().sharesValuesWith(network.parameters()))
                    .isFalse();
            assertThat(adapted.sites().subList(0, network.sites().size())).isEqualTo(network.sites());
            List<String> own = adapted.parameters().list().stream()
                    .map(Parameters.Parameter::name)
                    .filter(adapter::owns)
                    .toList();
            assertThat(own)
                    .hasSize(adapted.parameters().list().size()
                            - network.parameters().list().size());
            RandomExamples data = RandomExamples.of(3, network.inputShape(), 3, new SplittableRandom(1));
            Tape before = GradientCheck.tape(network, data);
            Tape after = GradientCheck.tape(adapted, data);
            if (!(adapter instanceof VisualPrompt)) {
                assertThat(logits(after)).isEqualTo(logits(before));
            } else {
                assertThat(logits(after)).isNotEqualTo(logits(before));
            }
        }
    }

    private static float[] logits(Tape tape) {
        var tensor = tape.entries().getLast().output().tensor();
        return java.util.Arrays.copyOfRange(tensor.array(), tensor.offset(), tensor.offset() + tensor.elements());
    }

    @Example
    void namesOfAdapters() {
        Network lora = new LowRankAdapter(2, 4, "blocks.0.attn.qkv"::equals).attachTo(transformer(1), 1);
        assertThat(lora.parameters().get("blocks.0.attn.qkv.lora.a").shape()).containsExactly(2, 4);
        assertThat(lora.parameters().get("blocks.0.attn.qkv.lora.b").shape()).containsExactly(12, 2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LowRankAdapter(2, 4, "nowhere"::equals).attachTo(transformer(1), 1))
                .withMessageContaining("selects no linear layer of vit");
        Network perceptron = MultilayerPerceptron.create(new MultilayerPerceptronConfig(3, 1, List.of(4), 2), 1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new VisualPrompt(1).attachTo(perceptron, 1))
                .withMessageContaining("has no token embedding");
    }

    /** Numbers of parameters: those of torchvision and timm where they have the network. */
    @Example
    void presets() {
        assertThat(parameters(VisionPreset.VIT_TINY_PATCH16_224)).isEqualTo(5_717_416);
        assertThat(parameters(VisionPreset.VIT_SMALL_PATCH16_224)).isEqualTo(22_050_664);
        assertThat(parameters(VisionPreset.RESNET18_224)).isEqualTo(11_689_512);
        assertThat(VisionPreset.RESNET18_224.toString()).isEqualTo("resnet18_224");
        for (VisionPreset preset : VisionPreset.values()) {
            if (!preset.name().endsWith("224")) {
                Network network = preset.create(1, 10, 1);
                assertThat(network.parametersWithoutSite()).isEmpty();
                assertThat(preset.name()).endsWith("_" + network.inputShape().extent(0));
                assertThat(network.outputs()).isEqualTo(10);
            }
        }
    }

    private static int parameters(VisionPreset preset) {
        return preset.create(3, 1000, 1).parameters().trainableDimension();
    }
}
