package dev.flops.bench.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flops.api.Parameters;
import dev.flops.api.Parameters.Parameter;
import dev.flops.bench.task.TrainedPart.AdapterOptions;
import dev.flops.models.vision.PretrainedVit;
import dev.flops.models.vision.VisionPreset;
import dev.flops.tensor.network.Network;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class TrainedPartTest {
    private static List<String> selected(TrainedPart part, AdapterOptions options) {
        Network base = PretrainedVit.create();
        Network network =
                part.adapter(options).map(adapter -> adapter.attachTo(base, 1)).orElse(base);
        Parameters trained = part.select(network);
        return trained.list().stream()
                .filter(Parameter::trainable)
                .map(Parameter::name)
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void everyPartTrainsTheHead(TrainedPart part) {
        assertThat(selected(part, AdapterOptions.DEFAULT)).contains("head.weight", "head.bias");
    }

    @Test
    void adaptersAreTrainedWithTheHeadAlone() {
        AdapterOptions options = new AdapterOptions(2, 4, List.of("qkv"), 3, 5);
        assertThat(selected(TrainedPart.HEAD, options)).containsExactly("head.weight", "head.bias");
        assertThat(selected(TrainedPart.LORA, options))
                .containsExactly(
                        "head.weight",
                        "head.bias",
                        "blocks.0.attn.qkv.lora.a",
                        "blocks.0.attn.qkv.lora.b",
                        "blocks.1.attn.qkv.lora.a",
                        "blocks.1.attn.qkv.lora.b");
        assertThat(selected(TrainedPart.LORA_FA, options))
                .containsExactly("head.weight", "head.bias", "blocks.0.attn.qkv.lora.b", "blocks.1.attn.qkv.lora.b");
        assertThat(selected(TrainedPart.PROMPT, options)).containsExactly("head.weight", "head.bias", "prompt.tokens");
        assertThat(selected(TrainedPart.INPUT_PROMPT, options))
                .containsExactly("head.weight", "head.bias", "input.prompt");
        assertThat(selected(TrainedPart.LORA, AdapterOptions.DEFAULT)).hasSize(2 + 2 * 8);
    }

    @Test
    void theHeadOfAResidualNetworkIsItsLastLayer() {
        Parameters trained = TrainedPart.HEAD.select(VisionPreset.RESNET8_28.create(1, 10, 1));
        assertThat(trained.trainableDimension()).isEqualTo(64 * 10 + 10);
    }
}
