package dev.flops.bench.cli;

import dev.flops.bench.task.ModelConfig;
import dev.flops.bench.task.TaskConfig;
import java.util.Locale;

/** Networks that the command line knows by name. */
enum ModelChoice {
    VIT,
    CNN,
    PRETRAINED_VIT;

    ModelConfig config() {
        return switch (this) {
            case VIT -> TaskConfig.VIT;
            case CNN -> TaskConfig.CNN;
            case PRETRAINED_VIT -> new ModelConfig.Pretrained();
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
