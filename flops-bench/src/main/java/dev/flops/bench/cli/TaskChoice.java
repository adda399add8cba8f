package dev.flops.bench.cli;

import dev.flops.bench.task.DataConfig.DataChoice;
import dev.flops.bench.task.TaskConfig;
import java.util.Locale;

/** Tasks that the command line knows by name: a network, data and the settings that suit them. */
enum TaskChoice {
    /** The small vision transformer from random weights on Fashion-MNIST. */
    SCRATCH,
    /** The pre-trained vision transformer on handwritten digits. */
    DIGITS,
    /** The pre-trained vision transformer on its own images, turned by 90°. */
    ROTATED,
    /** The pre-trained vision transformer on the negatives of its own images. */
    INVERTED;

    TaskConfig config() {
        return switch (this) {
            case SCRATCH -> TaskConfig.SCRATCH;
            case DIGITS -> TaskConfig.adapting(DataChoice.DIGITS);
            case ROTATED -> TaskConfig.adapting(DataChoice.FASHION_MNIST_ROTATED);
            case INVERTED -> TaskConfig.adapting(DataChoice.FASHION_MNIST_INVERTED);
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
