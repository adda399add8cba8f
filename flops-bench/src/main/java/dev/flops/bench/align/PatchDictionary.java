package dev.flops.bench.align;

import dev.flops.models.layer.Conv2d;
import dev.flops.models.weights.SafetensorsFile;
import dev.flops.models.weights.WeightLoader;
import dev.flops.models.weights.WeightNames;
import dev.flops.tensor.Shape;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.network.Activation;
import dev.flops.tensor.network.ForwardContext;
import dev.flops.tensor.network.Initializer;
import dev.flops.tensor.network.Layer;
import dev.flops.tensor.network.Network;
import dev.flops.tensor.network.NetworkBuilder;
import dev.flops.tensor.network.PackedParameters;
import dev.flops.tensor.spec.Window;
import java.io.IOException;

/**
 * What a picture is made of: how much each word of a dictionary of patches answers, √ of the mean of max(0, w·p + b) over the patches p
 * of {@value #SIDE} × {@value #SIDE} pixels in each cell of a grid of {@value #GRID} × {@value #GRID}. Every word has a counterpart, its negative.
 * {@link PatchLearning} finds the words.
 *
 * <p>Reference: Coates, Lee, Ng, <em>An Analysis of Single-Layer Networks in Unsupervised Feature Learning</em>, AISTATS 2011.
 */
final class PatchDictionary implements PictureFeatures {
    static final int SIDE = 5;

    private static final int GRID = 4;
    private static final Window PATCH = Window.square(SIDE, 1, 0);
    private static final Window CELL = cell();
    private static final String NAME = "patches";
    private static final String BIAS = NAME + ".bias";

    private final Network network;
    private final TensorOps ops;
    private final PackedParameters packed;
    private final int words;

    private PatchDictionary(Network network, int words, TensorOps ops) {
        this.network = network;
        this.words = words;
        this.ops = ops;
        this.packed = new PackedParameters(ops, network);
        packed.refresh(Workers.callingThread());
    }

    private static Window cell() {
        int side = (EmojiSheet.SIDE - SIDE + 1) / GRID;
        return Window.square(side, side, 0);
    }

    private record Layers(Conv2d patches, int words) implements Layer {
        @Override
        public Activation forward(ForwardContext context, Activation pictures) {
            Activation answers = context.relu(patches.forward(context, pictures));
            return context.reshape(context.averagePool(answers, CELL), GRID * GRID * words);
        }
    }

    /** The network of a dictionary of so many words, counterparts included: {@code patches.weight} (words, channels, side, side), {@code patches.bias}. */
    static Network network(int words) {
        NetworkBuilder builder = new NetworkBuilder(0);
        var patches = new Conv2d(
                builder, NAME, EmojiSheet.CHANNELS, words, PATCH, 1, Initializer.fanIn(PATCH.kernelHeight()));
        Shape input = Shape.of(EmojiSheet.SIDE, EmojiSheet.SIDE, EmojiSheet.CHANNELS);
        return builder.build("patch-dictionary", input, GRID * GRID * words, new Layers(patches, words));
    }

    /** The dictionary in a file. */
    static PatchDictionary of(SafetensorsFile file, TensorOps ops) throws IOException {
        var bias = file.tensors().get(BIAS);
        if (bias == null) {
            throw new IllegalArgumentException(
                    file.name() + " has no tensor " + BIAS + ", expected a dictionary of patches");
        }
        Network network = network(bias.elements());
        WeightLoader.load(file, network.parameters(), WeightNames.same()).requireComplete(file.name());
        return new PatchDictionary(network, bias.elements(), ops);
    }

    @Override
    public int length() {
        return GRID * GRID * words;
    }

    @Override
    public float[] of(float[] picture) {
        Tensor input = Tensor.of(picture, 1, EmojiSheet.SIDE, EmojiSheet.SIDE, EmojiSheet.CHANNELS);
        float[] means = ForwardContext.inference(ops, packed, new Workspace())
                .run(network, input)
                .tensor()
                .toArray();
        for (int i = 0; i < means.length; i++) {
            means[i] = (float) StrictMath.sqrt(means[i]);
        }
        return means;
    }
}
