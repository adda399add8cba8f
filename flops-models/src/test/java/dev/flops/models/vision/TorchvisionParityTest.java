package dev.flops.models.vision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flops.api.Parameters;
import dev.flops.models.layer.ChannelNorm;
import dev.flops.models.weights.SafetensorsFile;
import dev.flops.models.weights.WeightLoader;
import dev.flops.models.weights.WeightNames;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.network.ForwardContext;
import dev.flops.tensor.network.Network;
import dev.flops.tensor.network.PackedParameters;
import dev.flops.tensor.spec.SimdWidth;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Logits of torchvision's networks with random weights, computed there in double precision from the same float32
 * weights. {@code scripts/parity/make_parity.py} made the fixtures, and makes vit_b_16 and resnet18 for the tests that are
 * enabled by {@code -Dflops.parity=FOLDER}.
 */
class TorchvisionParityTest {
    private static final double TOLERANCE = 1e-4;
    private static final int MOST_BYTES = 1_000_000;

    /** Opens one of the two files of a network. */
    private interface Files {
        SafetensorsFile open(String name) throws IOException;
    }

    private static SafetensorsFile fixture(String name) throws IOException {
        try (InputStream in = TorchvisionParityTest.class.getResourceAsStream("/dev/flops/models/parity/" + name)) {
            return SafetensorsFile.read(Objects.requireNonNull(in, name), name, MOST_BYTES);
        }
    }

    private static SafetensorsFile full(String name) throws IOException {
        return SafetensorsFile.open(Path.of(System.getProperty("flops.parity")).resolve(name));
    }

    /** Largest error of a logit, relative to the largest logit. */
    private static double error(Network network, String name, WeightNames names, Files files) throws IOException {
        return error(network, name, names, files, _ -> {});
    }

    private static double error(
            Network network, String name, WeightNames names, Files files, Consumer<Parameters> disturb)
            throws IOException {
        try (SafetensorsFile weights = files.open(name + ".safetensors");
                SafetensorsFile pair = files.open(name + "-logits.safetensors")) {
            WeightLoader.load(weights, network.parameters(), names).requireComplete(name);
            disturb.accept(network.parameters());
            Tensor images = read(pair, "images");
            Tensor expected = read(pair, "logits");
            TensorOps ops = TensorOps.of(SimdWidth.AUTO);
            Tensor logits = ForwardContext.inference(ops, new PackedParameters(ops, network), new Workspace())
                    .run(network, images)
                    .tensor();
            assertThat(logits.shape()).isEqualTo(expected.shape());
            double error = 0;
            double largest = 0;
            for (int i = 0; i < expected.elements(); i++) {
                double z = expected.array()[i];
                error = Math.max(error, Math.abs(logits.array()[logits.offset() + i] - z));
                largest = Math.max(largest, Math.abs(z));
            }
            return error / largest;
        }
    }

    private static Tensor read(SafetensorsFile file, String name) throws IOException {
        Tensor tensor = Tensor.zeros(Objects.requireNonNull(file.tensors().get(name)).shape().stream()
                .mapToInt(Integer::intValue)
                .toArray());
        file.readInto(name, tensor.array(), 0);
        return tensor;
    }

    @Test
    void smallVisionTransformer() throws IOException {
        Network network = VisionTransformer.create(new VisionTransformerConfig(24, 3, 8, 16, 3, 2, 32, 7), 1);
        double error = error(network, "vit_small", WeightNames.torchvisionVit(), TorchvisionParityTest::fixture);
        assertThat(error).isLessThan(TOLERANCE);
    }

    @Test
    void smallResNet() throws IOException {
        assertThat(error(
                        narrowResNet(),
                        "resnet_small",
                        WeightNames.torchvisionResNet(),
                        TorchvisionParityTest::fixture))
                .isLessThan(TOLERANCE);
    }

    private static Network narrowResNet() {
        return ResNet.create(
                new ResNetConfig(
                        33, 3, ResNetConfig.Stem.LARGE, List.of(4, 8, 16, 32), 1, ChannelNorm.Kind.FROZEN_BATCH, 7),
                1);
    }

    /** The comparison itself must see one part in a hundred in one statistic. */
    @Test
    void aWrongStatisticIsSeen() throws IOException {
        double error = error(
                narrowResNet(),
                "resnet_small",
                WeightNames.torchvisionResNet(),
                TorchvisionParityTest::fixture,
                parameters ->
                        parameters.values()[parameters.get("bn1.running_var").offset()] *= 1.01f);
        assertThat(error).isGreaterThan(TOLERANCE);
    }

    @Test
    @EnabledIfSystemProperty(named = "flops.parity", matches = ".+")
    void vitBase() throws IOException {
        Network network = VisionPreset.VIT_BASE_PATCH16_224.create(3, 1000, 1);
        double error = error(network, "vit_b_16", WeightNames.torchvisionVit(), TorchvisionParityTest::full);
        System.out.println("vit_b_16: relative error " + error);
        assertThat(error).isLessThan(TOLERANCE);
    }

    @Test
    @EnabledIfSystemProperty(named = "flops.parity", matches = ".+")
    void resNet18() throws IOException {
        Network network = VisionPreset.RESNET18_224.create(3, 1000, 1);
        double error = error(network, "resnet18", WeightNames.torchvisionResNet(), TorchvisionParityTest::full);
        System.out.println("resnet18: relative error " + error);
        assertThat(error).isLessThan(TOLERANCE);
    }
}
