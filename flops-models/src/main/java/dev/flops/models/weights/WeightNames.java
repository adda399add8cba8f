package dev.flops.models.weights;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How another library names the parameters of this framework's networks.
 *
 * <p>A parameter may be stored in several parts, one after the other along the first axis: query, key and value.
 */
@FunctionalInterface
public interface WeightNames {
    /**
     * Where a parameter is stored.
     *
     * @param parameter name of a parameter of a network here
     * @return names of its parts in the file, in order, at least one
     */
    List<String> parts(String parameter);

    /**
     * Whether a stored tensor is none of the network's parameters on purpose, and not to be reported as unexpected.
     *
     * @param tensor name of a stored tensor
     * @return false unless the names say otherwise
     */
    default boolean ignores(String tensor) {
        return false;
    }

    /**
     * The names as they are here, which are those of the timm library for vision transformers.
     *
     * @return one part of the same name
     */
    static WeightNames same() {
        return parameter -> List.of(parameter);
    }

    /**
     * Names of {@code ViTForImageClassification} of the Transformers library.
     *
     * @return the names, with the prefix {@code vit.}
     */
    static WeightNames huggingFaceVit() {
        return new Renaming(
                "vit.",
                Map.of(
                        "cls_token", "embeddings.cls_token",
                        "pos_embed", "embeddings.position_embeddings",
                        "patch_embed.proj", "embeddings.patch_embeddings.projection",
                        "norm", "layernorm"),
                "encoder.layer.%s.",
                Map.of(
                        "norm1", List.of("layernorm_before"),
                        "norm2", List.of("layernorm_after"),
                        "attn.qkv",
                                List.of(
                                        "attention.attention.query",
                                        "attention.attention.key",
                                        "attention.attention.value"),
                        "attn.proj", List.of("attention.output.dense"),
                        "mlp.fc1", List.of("intermediate.dense"),
                        "mlp.fc2", List.of("output.dense")),
                "classifier");
    }

    /**
     * Names of {@code ViTModel} of the Transformers library, which has no head: {@link #huggingFaceVit} without the prefix.
     *
     * @return the names; the head's parameters will be missing
     */
    static WeightNames huggingFaceVitModel() {
        WeightNames prefixed = huggingFaceVit();
        return parameter -> prefixed.parts(parameter).stream()
                .map(part -> part.startsWith("vit.") ? part.substring("vit.".length()) : part)
                .toList();
    }

    /**
     * Names of {@code torchvision.models.VisionTransformer}.
     *
     * @return the names
     */
    static WeightNames torchvisionVit() {
        return new Renaming(
                "",
                Map.of(
                        "cls_token", "class_token",
                        "pos_embed", "encoder.pos_embedding",
                        "patch_embed.proj", "conv_proj",
                        "norm", "encoder.ln"),
                "encoder.layers.encoder_layer_%s.",
                Map.of(
                        "norm1", List.of("ln_1"),
                        "norm2", List.of("ln_2"),
                        "attn.qkv", List.of("self_attention.in_proj_"),
                        "attn.proj", List.of("self_attention.out_proj"),
                        "mlp.fc1", List.of("mlp.0"),
                        "mlp.fc2", List.of("mlp.3")),
                "heads.head");
    }

    /**
     * Names of {@code torchvision.models.ResNet}, and of timm's: the same as here, but for counters of batches that a
     * frozen normalisation does not need.
     *
     * @return the names
     */
    static WeightNames torchvisionResNet() {
        return new WeightNames() {
            @Override
            public List<String> parts(String parameter) {
                return List.of(parameter);
            }

            @Override
            public boolean ignores(String tensor) {
                return tensor.endsWith(".num_batches_tracked");
            }
        };
    }

    /**
     * Names by tables: of what stands outside of the blocks, of what stands in a block, and of the head.
     *
     * @param prefix before all but the head
     * @param outside layer or parameter outside of blocks
     * @param block before a block's layers; %s is its number
     * @param inside layer in a block to its parts; a part that ends with _ is joined to weight or bias without a dot
     * @param head name of the head
     */
    record Renaming(
            String prefix, Map<String, String> outside, String block, Map<String, List<String>> inside, String head)
            implements WeightNames {
        private static final Pattern BLOCK = Pattern.compile("blocks\\.(\\d+)\\.(.+)\\.(weight|bias)");
        private static final Pattern LAYER = Pattern.compile("(.+)\\.(weight|bias)");

        /** Copies the tables. */
        public Renaming {
            outside = Map.copyOf(outside);
            inside = Map.copyOf(inside);
        }

        @Override
        public List<String> parts(String parameter) {
            Matcher inBlock = BLOCK.matcher(parameter);
            if (inBlock.matches() && inside.containsKey(inBlock.group(2))) {
                List<String> parts = new ArrayList<>();
                for (String part : inside.getOrDefault(inBlock.group(2), List.of())) {
                    String joint = part.endsWith("_") ? "" : ".";
                    parts.add(prefix + block.replace("%s", inBlock.group(1)) + part + joint + inBlock.group(3));
                }
                return parts;
            }
            Matcher layer = LAYER.matcher(parameter);
            String stem = layer.matches() ? layer.group(1) : parameter;
            String suffix = layer.matches() ? "." + layer.group(2) : "";
            if (stem.equals("head")) {
                return List.of(head + suffix);
            }
            return List.of(outside.containsKey(stem) ? prefix + outside.get(stem) + suffix : parameter);
        }
    }
}
