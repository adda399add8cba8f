package dev.flops.bench.task;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * Which examples a task learns from.
 *
 * @param set the data set
 * @param directory folder with the full files; empty for the part that is embedded in the program
 * @param probeExamples training examples that are held out, the same number of every class, to watch accuracy during
 *     training, but at most a tenth of all; 0 for none. The test set is looked at once, at the end
 */
public record DataConfig(DataChoice set, Optional<Path> directory, int probeExamples) {
    /** Checks the range. */
    public DataConfig {
        if (probeExamples < 0) {
            throw new IllegalArgumentException("probeExamples = " + probeExamples + ", expected >= 0");
        }
        if (set == DataChoice.DIGITS && directory.isPresent()) {
            throw new IllegalArgumentException("data-dir with data = digits, expected none: they are embedded whole");
        }
    }

    /** Data sets that the program knows. */
    public enum DataChoice {
        /** Fashion-MNIST (Xiao, Rasul, Vollgraf 2017). */
        FASHION_MNIST,
        /** Fashion-MNIST, every image turned by 90°. */
        FASHION_MNIST_ROTATED,
        /** Fashion-MNIST, every image as its negative. */
        FASHION_MNIST_INVERTED,
        /** Handwritten digits of the UCI repository, embedded whole. */
        DIGITS;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
