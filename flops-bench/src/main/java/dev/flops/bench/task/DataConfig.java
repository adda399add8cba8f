package dev.flops.bench.task;

import java.nio.file.Path;
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
    }

    /** Data sets that the program knows. */
    public enum DataChoice {
        /** Fashion-MNIST (Xiao, Rasul, Vollgraf 2017). */
        FASHION_MNIST;

        @Override
        public String toString() {
            return "fashion-mnist";
        }
    }
}
