package dev.flops.bench.cli;

import dev.flops.bench.task.ModelConfig;
import dev.flops.bench.task.TaskConfig;
import dev.flops.models.data.FashionMnist;
import dev.flops.models.vision.VisionPreset;
import java.util.Locale;

/** Networks that the command line knows by name. */
enum ModelChoice {
    VIT,
    CNN,
    PRETRAINED_VIT,
    RESNET8,
    RESNET20,
    VGG8,
    MLP;

    ModelConfig config() {
        return switch (this) {
            case VIT -> TaskConfig.VIT;
            case CNN -> TaskConfig.CNN;
            case PRETRAINED_VIT -> new ModelConfig.Pretrained();
            case RESNET8 -> preset(VisionPreset.RESNET8_28);
            case RESNET20 -> preset(VisionPreset.RESNET20_28);
            case VGG8 -> preset(VisionPreset.VGG8_28);
            case MLP -> preset(VisionPreset.MLP_28);
        };
    }

    private static ModelConfig preset(VisionPreset preset) {
        return new ModelConfig.Preset(preset, 1, FashionMnist.CLASSES);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
