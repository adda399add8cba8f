package dev.flops.models.vision;

import dev.flops.api.Parameters.Parameter;
import dev.flops.models.weights.LoadReport;
import dev.flops.models.weights.SafetensorsFile;
import dev.flops.models.weights.WeightLoader;
import dev.flops.models.weights.WeightNames;
import dev.flops.tensor.network.Network;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/**
 * The small vision transformer that this module ships, pre-trained by backpropagation on the embedded part of Fashion-MNIST. The
 * file's metadata holds the command that made it.
 */
public final class PretrainedVit {
    /** Its dimensions: 28 × 28 grey images in patches of 7 × 7, width 48, two blocks, ten classes. */
    public static final VisionTransformerConfig CONFIG = new VisionTransformerConfig(28, 1, 7, 48, 2, 3, 192, 10);

    private static final String RESOURCE = "fashion-mnist-vit.safetensors";
    private static final int MOST_BYTES = 3_000_000;

    private PretrainedVit() {}

    /**
     * The network with its pre-trained weights, read anew at each call.
     *
     * @return a network of input (28, 28, 1), features as {@link dev.flops.models.data.FashionMnist#NORMALIZATION} says
     */
    public static Network create() {
        Network network = VisionTransformer.create(CONFIG, 0);
        try (SafetensorsFile file = open()) {
            LoadReport report = WeightLoader.load(file, network.parameters(), WeightNames.same());
            report.requireComplete(file.name());
        } catch (IOException e) {
            throw new UncheckedIOException("the embedded weights cannot be read", e);
        }
        return network;
    }

    /**
     * The network with its pre-trained weights and a new head, for other classes.
     *
     * @param classes number of classes, at least 2
     * @param seed seed of the head's weights
     * @return a network of input (28, 28, 1)
     */
    public static Network createBody(int classes, long seed) {
        Network network = VisionTransformer.create(config(classes), seed);
        Network whole = create();
        for (Parameter parameter : network.parameters().list()) {
            if (!parameter.name().startsWith("head.")) {
                System.arraycopy(
                        whole.parameters().values(),
                        whole.parameters().get(parameter.name()).offset(),
                        network.parameters().values(),
                        parameter.offset(),
                        parameter.length());
            }
        }
        return network;
    }

    /**
     * Dimensions of the network with another head.
     *
     * @param classes number of classes, at least 2
     * @return {@link #CONFIG} with so many classes
     */
    public static VisionTransformerConfig config(int classes) {
        return new VisionTransformerConfig(
                CONFIG.imageSize(),
                CONFIG.channels(),
                CONFIG.patchSize(),
                CONFIG.features(),
                CONFIG.depth(),
                CONFIG.heads(),
                CONFIG.hidden(),
                classes);
    }

    /**
     * How the weights were made.
     *
     * @return the metadata of the file: {@code command}, {@code data}, {@code testAccuracy} and more
     */
    public static Map<String, String> metadata() {
        try (SafetensorsFile file = open()) {
            return file.metadata();
        } catch (IOException e) {
            throw new UncheckedIOException("the embedded weights cannot be read", e);
        }
    }

    private static SafetensorsFile open() throws IOException {
        try (InputStream in = PretrainedVit.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new FileNotFoundException("resource " + RESOURCE + " of " + PretrainedVit.class.getName());
            }
            return SafetensorsFile.read(in, RESOURCE, MOST_BYTES);
        }
    }
}
