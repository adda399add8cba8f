package dev.flops.bench.task;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which examples a task learns from.
 *
 * @param set the data set
 * @param directory folder with the files; empty for what is embedded in the program
 * @param probeExamples training examples that are held out, the same number of every class, to watch accuracy during
 *     training, but at most a tenth of all; 0 for none. The test set is looked at once, at the end
 * @param shots examples of each class to learn from, chosen by the seed of the task, at least 1; empty for all
 */
public record DataConfig(DataChoice set, Optional<Path> directory, int probeExamples, OptionalInt shots) {
    /**
     * All examples of a data set.
     *
     * @param set the data set
     * @param directory folder with the files; empty for what is embedded in the program
     * @param probeExamples training examples that are held out to watch accuracy
     */
    public DataConfig(DataChoice set, Optional<Path> directory, int probeExamples) {
        this(set, directory, probeExamples, OptionalInt.empty());
    }

    /** Checks the range. */
    public DataConfig {
        if (shots.isPresent() && shots.getAsInt() < 1) {
            throw new IllegalArgumentException("shots = " + shots.getAsInt() + ", expected >= 1");
        }
        if (set.isFormat() && directory.isEmpty()) {
            throw new IllegalArgumentException("data = " + set + " without data-dir, expected the folder to read");
        }
        if (probeExamples < 0) {
            throw new IllegalArgumentException("probeExamples = " + probeExamples + ", expected >= 0");
        }
        if (set == DataChoice.DIGITS && directory.isPresent()) {
            throw new IllegalArgumentException("data-dir with data = digits, expected none: they are embedded whole");
        }
    }

    /** Data sets that the program knows, and formats of a user's own. */
    public enum DataChoice {
        /** Fashion-MNIST (Xiao, Rasul, Vollgraf 2017). */
        FASHION_MNIST,
        /** Fashion-MNIST, every image turned by 90°. */
        FASHION_MNIST_ROTATED,
        /** Fashion-MNIST, every image as its negative. */
        FASHION_MNIST_INVERTED,
        /** Handwritten digits of the UCI repository, embedded whole. */
        DIGITS,
        /** Own images in IDX files, named as MNIST's are. */
        IDX,
        /** CIFAR-10 in its binary files. */
        CIFAR10,
        /** CIFAR-100 in its binary files, by its hundred classes. */
        CIFAR100,
        /** Own images in NPY files. */
        NPY,
        /** Own PNG and JPEG files in a folder for each class. */
        FOLDER;

        /**
         * Whether it is a format of files that a user brings: they are brought to the shape of the network's images.
         *
         * @return false for the data sets that are embedded or known
         */
        public boolean isFormat() {
            return compareTo(IDX) >= 0;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
