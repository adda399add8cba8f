package dev.flops.bench.cli;

import dev.flops.bench.task.ModelConfig;
import dev.flops.bench.task.TaskConfig;
import java.util.Locale;

/** Networks that the command line knows by name. */
enum ModelChoice {
    VIT(TaskConfig.VIT),
    CNN(TaskConfig.CNN);

    private final ModelConfig config;

    ModelChoice(ModelConfig config) {
        this.config = config;
    }

    ModelConfig config() {
        return config;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
