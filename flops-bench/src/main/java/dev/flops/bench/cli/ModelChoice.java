package dev.flops.bench.cli;

import dev.flops.bench.task.ModelConfig;
import dev.flops.bench.task.TaskConfig;
import java.util.Locale;

/** Networks that the command line knows by name. */
enum ModelChoice {
    VIT,
    CNN;

    ModelConfig config() {
        return switch (this) {
            case VIT -> TaskConfig.VIT;
            case CNN -> TaskConfig.CNN;
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
