package dev.flops.models.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flops.api.Parameters;
import dev.flops.api.Parameters.Parameter;
import dev.flops.models.data.InvalidDataException;
import dev.flops.models.vision.VisionTransformer;
import dev.flops.models.vision.VisionTransformerConfig;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.network.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightLoaderTest {
    private static final int D = 6;
    private static final VisionTransformerConfig CONFIG = new VisionTransformerConfig(8, 3, 4, D, 2, 2, 10, 4);

    @TempDir
    Path folder;

    private static Network network(long seed) {
        Network network = VisionTransformer.create(CONFIG, seed);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < network.parameters().dimension(); i++) {
            network.parameters().values()[i] = (float) random.nextGaussian();
        }
        return network;
    }

    private SafetensorsFile written(Parameters parameters) throws IOException {
        Path file = folder.resolve("weights.safetensors");
        SafetensorsWriter.write(file, parameters, DataType.F32, Map.of());
        return SafetensorsFile.open(file);
    }

    /** Stores a network under other names, query, key and value apart where there are three. */
    private static Parameters renamed(Parameters from, WeightNames names, boolean withHead) {
        Map<String, int[]> shapes = new LinkedHashMap<>();
        Map<String, float[]> values = new LinkedHashMap<>();
        for (Parameter p : from.list()) {
            List<String> parts = names.parts(p.name());
            for (int i = 0; i < parts.size(); i++) {
                int[] shape = p.shape().stream().mapToInt(Integer::intValue).toArray();
                shape[0] /= parts.size();
                int length = p.length() / parts.size();
                int begin = p.offset() + i * length;
                if (withHead || !p.name().startsWith("head.")) {
                    shapes.put(parts.get(i), shape);
                    values.put(parts.get(i), Arrays.copyOfRange(from.values(), begin, begin + length));
                }
            }
        }
        Parameters to = WeightFiles.parameters(shapes, new SplittableRandom(0));
        values.forEach(
                (name, v) -> System.arraycopy(v, 0, to.values(), to.get(name).offset(), v.length));
        return to;
    }

    @Test
    void namesOfOtherLibraries() throws IOException {
        for (WeightNames names :
                List.of(WeightNames.same(), WeightNames.huggingFaceVit(), WeightNames.torchvisionVit())) {
            Parameters stored = network(1).parameters();
            Parameters target = network(2).parameters();
            try (SafetensorsFile file = written(renamed(stored, names, true))) {
                LoadReport report = WeightLoader.load(file, target, names);
                assertThat(report.complete()).as("%s", report).isTrue();
                assertThat(report.loaded()).hasSize(stored.list().size());
                assertThat(target.values()).isEqualTo(stored.values());
            }
        }
    }

    /** The names that ViTForImageClassification of Transformers 4 has for two layers, written out. */
    @Test
    void huggingFaceNamesAreThese() {
        TreeSet<String> expected = new TreeSet<>(List.of(
                "vit.embeddings.cls_token",
                "vit.embeddings.position_embeddings",
                "vit.embeddings.patch_embeddings.projection.weight",
                "vit.embeddings.patch_embeddings.projection.bias",
                "vit.layernorm.weight",
                "vit.layernorm.bias",
                "classifier.weight",
                "classifier.bias"));
        for (int layer = 0; layer < 2; layer++) {
            for (String suffix : List.of("weight", "bias")) {
                for (String name : List.of(
                        "layernorm_before",
                        "layernorm_after",
                        "attention.attention.query",
                        "attention.attention.key",
                        "attention.attention.value",
                        "attention.output.dense",
                        "intermediate.dense",
                        "output.dense")) {
                    expected.add("vit.encoder.layer." + layer + "." + name + "." + suffix);
                }
            }
        }
        TreeSet<String> found = new TreeSet<>();
        network(1)
                .parameters()
                .list()
                .forEach(p -> found.addAll(WeightNames.huggingFaceVit().parts(p.name())));
        assertThat(found).isEqualTo(expected);
    }

    /** The names that torchvision's VisionTransformer has for one layer, written out. */
    @Test
    void torchvisionNamesAreThese() {
        TreeSet<String> found = new TreeSet<>();
        Network single = VisionTransformer.create(new VisionTransformerConfig(8, 3, 4, D, 1, 2, 10, 4), 1);
        single.parameters()
                .list()
                .forEach(p -> found.addAll(WeightNames.torchvisionVit().parts(p.name())));
        String layer = "encoder.layers.encoder_layer_0.";
        assertThat(found)
                .containsExactlyInAnyOrder(
                        "class_token",
                        "conv_proj.weight",
                        "conv_proj.bias",
                        "encoder.pos_embedding",
                        layer + "ln_1.weight",
                        layer + "ln_1.bias",
                        layer + "self_attention.in_proj_weight",
                        layer + "self_attention.in_proj_bias",
                        layer + "self_attention.out_proj.weight",
                        layer + "self_attention.out_proj.bias",
                        layer + "ln_2.weight",
                        layer + "ln_2.bias",
                        layer + "mlp.0.weight",
                        layer + "mlp.0.bias",
                        layer + "mlp.3.weight",
                        layer + "mlp.3.bias",
                        "encoder.ln.weight",
                        "encoder.ln.bias",
                        "heads.head.weight",
                        "heads.head.bias");
    }

    @Test
    void aBodyWithoutHead() throws IOException {
        Parameters stored = network(1).parameters();
        Parameters target = network(2).parameters();
        float[] head = WeightFiles.values(target, "head.weight");
        WeightNames names = WeightNames.huggingFaceVitModel();
        try (SafetensorsFile file = written(renamed(stored, names, false))) {
            LoadReport report = WeightLoader.load(file, target, names);
            assertThat(report.missing()).containsExactly("head.weight", "head.bias");
            assertThat(report.unexpected()).isEmpty();
            assertThat(report.complete()).isFalse();
            assertThat(WeightFiles.values(target, "head.weight")).isEqualTo(head);
            assertThat(WeightFiles.values(target, "norm.weight")).isEqualTo(WeightFiles.values(stored, "norm.weight"));
            assertThatThrownBy(() -> report.requireComplete(file.name()))
                    .isInstanceOf(InvalidDataException.class)
                    .hasMessageContaining("missing [head.weight, head.bias]");
        }
    }

    @Test
    void whatDoesNotFitIsReportedAndUnchanged() throws IOException {
        Parameters target = network(2).parameters();
        float[] before = target.values().clone();
        Map<String, int[]> shapes = new LinkedHashMap<>();
        shapes.put("head.weight", new int[] {5, D});
        shapes.put("head.bias", new int[] {4});
        shapes.put("cls_token", new int[] {D});
        shapes.put("pos_embed", new int[] {1, 4, D}); // 3 patches are no square.
        shapes.put("another", new int[] {2});
        Parameters stored = WeightFiles.parameters(shapes, new SplittableRandom(5));
        try (SafetensorsFile file = written(stored)) {
            LoadReport report = WeightLoader.load(file, target, WeightNames.same());
            assertThat(report.loaded()).containsExactly("head.bias");
            assertThat(report.unexpected()).containsExactly("another");
            assertThat(report.mismatched())
                    .containsExactlyInAnyOrder(
                            "head.weight: found [[5, 6]], expected [4, 6]",
                            "cls_token: found [[6]], expected [1, 1, 6]",
                            "pos_embed: found [[1, 4, 6]], expected [1, 5, 6]");
            assertThat(report.missing()).hasSize(target.list().size() - 4);
        }
        Parameter bias = target.get("head.bias");
        assertThat(WeightFiles.values(target, "head.bias")).isEqualTo(WeightFiles.values(stored, "head.bias"));
        System.arraycopy(target.values(), bias.offset(), before, bias.offset(), bias.length());
        assertThat(target.values()).isEqualTo(before);
    }

    @Test
    void positionsOfAnotherResolution() throws IOException {
        Parameters target = network(2).parameters(); // 2 × 2 patches
        Parameters stored =
                WeightFiles.parameters(Map.of("pos_embed", new int[] {1, 1 + 25, D}), new SplittableRandom(5));
        try (SafetensorsFile file = written(stored)) {
            LoadReport report = WeightLoader.load(file, target, WeightNames.same());
            assertThat(report.loaded()).containsExactly("pos_embed");
            assertThat(report.resized()).containsExactly("pos_embed");
        }
        Tensor expected = Tensor.zeros(1, 5, D);
        PositionGrid.resizeInto(Tensor.of(stored.values(), 1, 26, D), expected);
        assertThat(WeightFiles.values(target, "pos_embed")).isEqualTo(expected.array());
    }
}
