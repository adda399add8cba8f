package dev.flops.models.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flops.api.NumericalException;
import dev.flops.models.layer.Conv2d;
import dev.flops.models.layer.Embedding;
import dev.flops.models.layer.EncoderBlock;
import dev.flops.models.layer.LayerNorm;
import dev.flops.models.layer.Linear;
import dev.flops.models.layer.Mlp;
import dev.flops.models.layer.MultiHeadSelfAttention;
import dev.flops.models.layer.RmsNorm;
import dev.flops.models.vision.SmallCnn;
import dev.flops.models.vision.SmallCnnConfig;
import dev.flops.models.vision.VisionTransformer;
import dev.flops.models.vision.VisionTransformerConfig;
import dev.flops.tensor.Shape;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.network.Initializer;
import dev.flops.tensor.network.Layer;
import dev.flops.tensor.network.Network;
import dev.flops.tensor.network.NetworkBuilder;
import dev.flops.tensor.spec.SimdWidth;
import dev.flops.tensor.spec.Window;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiFunction;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;

class BackpropagationTest {
    private static final Initializer START = Initializer.normal(0.5);

    /** A layer between the examples and a linear head over all of its outputs. */
    static Network checkLayer(
            long seed, Shape input, int examples, int outputs, BiFunction<NetworkBuilder, String, Layer> layer) {
        SplittableRandom random = new SplittableRandom(seed);
        int classes = 2 + random.nextInt(3);
        NetworkBuilder builder = new NetworkBuilder(seed);
        int features = input.extent(-1);
        // In front of it a layer with parameters, so that the gradient of the layer's input is checked too.
        Linear first = new Linear(builder, "first", features, features, START);
        Layer middle = layer.apply(builder, "middle");
        Linear head = new Linear(builder, "head", outputs, classes, Initializer.fanIn(outputs));
        Network network = builder.build("checked", input, classes, (context, x) -> {
            var y = middle.forward(context, first.forward(context, x));
            return head.forward(context, context.reshape(y, outputs));
        });
        GradientCheck.check(network, examples, random);
        return network;
    }

    @Property(tries = 40, seed = "1", shrinking = ShrinkingMode.OFF)
    void linearAndRectifiers(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 19) int examples,
            @ForAll @IntRange(min = 1, max = 4) int tokens,
            @ForAll @IntRange(min = 1, max = 9) int in,
            @ForAll @IntRange(min = 1, max = 9) int out,
            @ForAll boolean smooth) {
        checkLayer(seed, Shape.of(tokens, in), examples, tokens * out, (b, name) -> {
            Linear linear = new Linear(b, name, in, out, START);
            return (c, x) -> smooth ? c.gelu(linear.forward(c, x)) : c.relu(linear.forward(c, x));
        });
    }

    @Property(tries = 60, seed = "2", shrinking = ShrinkingMode.OFF)
    void convolution(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 5) int examples,
            @ForAll @IntRange(min = 5, max = 8) int height,
            @ForAll @IntRange(min = 5, max = 8) int width,
            @ForAll @IntRange(min = 1, max = 3) int groups,
            @ForAll @IntRange(min = 1, max = 2) int share,
            @ForAll @IntRange(min = 1, max = 3) int kernelHeight,
            @ForAll @IntRange(min = 1, max = 3) int kernelWidth,
            @ForAll @IntRange(min = 1, max = 3) int stride,
            @ForAll @IntRange(min = 0, max = 2) int padding,
            @ForAll @IntRange(min = 1, max = 2) int dilation) {
        Window window = new Window(kernelHeight, kernelWidth, stride, padding, dilation);
        int out = 2 * groups;
        int outputs = window.outputHeight(height) * window.outputWidth(width) * out;
        checkLayer(seed, Shape.of(height, width, share * groups), examples, outputs, (b, name) -> {
            Conv2d conv = new Conv2d(b, name, share * groups, out, window, groups, START);
            return (c, x) -> c.gelu(conv.forward(c, x));
        });
    }

    @Property(tries = 40, seed = "3", shrinking = ShrinkingMode.OFF)
    void poolings(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 5) int examples,
            @ForAll @IntRange(min = 4, max = 7) int height,
            @ForAll @IntRange(min = 4, max = 7) int width,
            @ForAll @IntRange(min = 1, max = 3) int kernelHeight,
            @ForAll @IntRange(min = 1, max = 3) int kernelWidth,
            @ForAll @IntRange(min = 1, max = 3) int stride,
            @ForAll boolean padded,
            @ForAll boolean max) {
        int padding = padded ? Math.min(kernelHeight, kernelWidth) - 1 : 0;
        Window window = new Window(kernelHeight, kernelWidth, stride, padding, 1);
        int outputs = window.outputHeight(height) * window.outputWidth(width) * 3;
        checkLayer(
                seed,
                Shape.of(height, width, 3),
                examples,
                outputs,
                (b, name) -> (c, x) -> max ? c.maxPool(x, window) : c.averagePool(x, window));
    }

    @Property(tries = 40, seed = "4", shrinking = ShrinkingMode.OFF)
    void layerNorm(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 18) int examples,
            @ForAll @IntRange(min = 1, max = 4) int tokens,
            @ForAll @IntRange(min = 2, max = 20) int features) {
        checkLayer(
                seed,
                Shape.of(tokens, features),
                examples,
                tokens * features,
                (b, name) -> new LayerNorm(b, name, features, 1e-3f));
    }

    /** The site too: its contraction, its direction's norm and what a replay behind it computes. */
    @Property(tries = 40, seed = "8", shrinking = ShrinkingMode.OFF)
    void rmsNormAndSigmoidUnits(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 18) int examples,
            @ForAll @IntRange(min = 1, max = 4) int tokens,
            @ForAll @IntRange(min = 2, max = 20) int features) {
        Network network = checkLayer(seed, Shape.of(tokens, features), examples, tokens * features, (b, name) -> {
            RmsNorm norm = new RmsNorm(b, name, features, 1e-4f);
            return (c, x) -> c.silu(norm.forward(c, x));
        });
        SiteCheck.check(network, new SplittableRandom(seed));
    }

    @Property(tries = 30, seed = "5", shrinking = ShrinkingMode.OFF)
    void embeddingAndToken(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 18) int examples,
            @ForAll @IntRange(min = 1, max = 5) int tokens,
            @ForAll @IntRange(min = 1, max = 9) int features,
            @ForAll boolean single) {
        int all = tokens + 1;
        checkLayer(seed, Shape.of(tokens, features), examples, (single ? 1 : all) * features, (b, name) -> {
            Embedding embedding = new Embedding(b, tokens, features, START);
            return (c, x) -> {
                var embedded = c.gelu(embedding.forward(c, x));
                return single ? c.token(embedded, tokens) : embedded;
            };
        });
    }

    @Property(tries = 40, seed = "6", shrinking = ShrinkingMode.OFF)
    void attention(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 5) int examples,
            @ForAll @IntRange(min = 1, max = 6) int tokens,
            @ForAll @IntRange(min = 1, max = 3) int heads,
            @ForAll @IntRange(min = 1, max = 5) int size,
            @ForAll boolean first) {
        int d = heads * size;
        checkLayer(seed, Shape.of(tokens, d), examples, (first ? 1 : tokens) * d, (b, name) -> {
            MultiHeadSelfAttention attention = new MultiHeadSelfAttention(b, name, d, heads, START);
            return (c, x) -> first ? attention.forwardFirstToken(c, x) : attention.forward(c, x);
        });
    }

    @Property(tries = 20, seed = "7", shrinking = ShrinkingMode.OFF)
    void encoderBlockAndMlp(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 4) int examples,
            @ForAll @IntRange(min = 1, max = 5) int tokens,
            @ForAll @IntRange(min = 1, max = 2) int heads,
            @ForAll boolean whole) {
        int d = 4 * heads;
        checkLayer(
                seed,
                Shape.of(tokens, d),
                examples,
                tokens * d,
                (b, name) ->
                        whole ? new EncoderBlock(b, name, d, heads, 7, 1e-3f, START) : new Mlp(b, name, d, 7, START));
    }

    @Example
    void visionTransformer() {
        for (int examples : new int[] {1, 17}) {
            SplittableRandom random = new SplittableRandom(examples);
            VisionTransformerConfig config = new VisionTransformerConfig(6, 3, 2, 6, 3, 2, 9, 4);
            Network network = VisionTransformer.create(config, 1);
            GradientCheck.check(network, examples, random);
        }
    }

    @Example
    void convolutionalNetwork() {
        for (int examples : new int[] {1, 17}) {
            SplittableRandom random = new SplittableRandom(examples);
            Network network = SmallCnn.create(new SmallCnnConfig(9, 2, List.of(3, 5), 3), 1);
            GradientCheck.check(network, examples, random);
        }
    }

    /** The check itself must see an error of one part in a thousand in one parameter. */
    @Example
    void aWrongGradientIsSeen() {
        SplittableRandom random = new SplittableRandom(5);
        Network network = small();
        RandomExamples data = RandomExamples.of(3, network.inputShape(), 3, random);
        GradientCheck.disturb(network, random);
        float[] gradient = GradientCheck.gradient(network, data, SimdWidth.AUTO, Workers.callingThread());
        GradientCheck.checkGradient(network, data, gradient, random);
        for (String name : List.of("cls_token", "blocks.0.norm1.weight", "blocks.1.mlp.fc1.bias", "head.weight")) {
            float[] wrong = gradient.clone();
            var p = network.parameters().get(name);
            for (int i = 0; i < p.length(); i++) {
                wrong[p.offset() + i] *= 1.001f;
            }
            assertThatThrownBy(() -> GradientCheck.checkGradient(network, data, wrong, random))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining(name);
        }
    }

    @Example
    void sameBitsOnEveryWidthAndNumberOfWorkers() {
        Network network = small();
        RandomExamples data = RandomExamples.of(53, network.inputShape(), 3, new SplittableRandom(9));
        float[] expected = GradientCheck.gradient(network, data, SimdWidth.SCALAR, Workers.callingThread());
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (SimdWidth width : widths()) {
                for (int count = 1; count <= 3; count++) {
                    float[] found = GradientCheck.gradient(network, data, width, Workers.on(threads, count));
                    assertThat(found).as("%s, %d workers", width, count).isEqualTo(expected);
                }
            }
        } finally {
            threads.shutdown();
        }
    }

    private static List<SimdWidth> widths() {
        List<SimdWidth> usable = new java.util.ArrayList<>();
        for (SimdWidth width : SimdWidth.values()) {
            try {
                TensorOps.of(width);
                usable.add(width);
            } catch (IllegalArgumentException e) {
                // Not on this machine; SCALAR and AUTO always are.
                assertThat(width).isNotIn(SimdWidth.SCALAR, SimdWidth.AUTO);
            }
        }
        return usable;
    }

    @Example
    void gradientOfABatchIsTheMeanOfThoseOfItsExamples() {
        Network network = small();
        RandomExamples data = RandomExamples.of(5, network.inputShape(), 3, new SplittableRandom(2));
        Backpropagation reference = new Backpropagation(network, TensorOps.of(SimdWidth.AUTO), Workers.callingThread());
        int d = network.parameters().dimension();
        double[] mean = new double[d];
        double meanLoss = 0;
        for (int example : new int[] {4, 0, 4}) {
            float[] single = new float[d];
            meanLoss += reference.gradientInto(data, new int[] {example}, single) / 3;
            for (int i = 0; i < d; i++) {
                mean[i] += single[i] / 3;
            }
        }
        float[] batch = new float[d];
        double loss = reference.gradientInto(data, new int[] {4, 0, 4}, batch);
        assertThat(loss).isCloseTo(meanLoss, org.assertj.core.data.Offset.offset(1e-6));
        double largest = GradientCheck.largest(batch, 0, d);
        for (int i = 0; i < d; i++) {
            assertThat((double) batch[i])
                    .isCloseTo(mean[i], org.assertj.core.data.Offset.offset(GradientCheck.TOLERANCE * largest));
        }
    }

    @Example
    void aLossThatIsNotFiniteIsReported() {
        Network network = small();
        network.parameters().values()[network.parameters().get("head.bias").offset()] = Float.NaN;
        RandomExamples data = RandomExamples.of(2, network.inputShape(), 3, new SplittableRandom(2));
        assertThatThrownBy(() -> GradientCheck.gradient(network, data, SimdWidth.AUTO, Workers.callingThread()))
                .isInstanceOf(NumericalException.class)
                .hasMessageContaining("loss of example 0 = NaN");
    }

    @Example
    void argumentsAreChecked() {
        Network network = small();
        Backpropagation reference = new Backpropagation(network, TensorOps.of(SimdWidth.AUTO), Workers.callingThread());
        RandomExamples data = RandomExamples.of(2, network.inputShape(), 3, new SplittableRandom(2));
        float[] gradient = new float[network.parameters().dimension()];
        assertThatIllegalArgumentException()
                .isThrownBy(() -> reference.gradientInto(data, new int[0], gradient))
                .withMessageContaining("examples.length = 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> reference.gradientInto(data, new int[] {0}, new float[3]))
                .withMessageContaining("gradient.length = 3");
        RandomExamples other = RandomExamples.of(2, Shape.of(2, 2, 1), 3, new SplittableRandom(2));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> reference.gradientInto(other, new int[] {0}, gradient))
                .withMessageContaining("data.exampleShape = [2, 2, 1]");
    }

    private static Network small() {
        return VisionTransformer.create(new VisionTransformerConfig(6, 1, 3, 8, 2, 2, 11, 3), 3);
    }
}
