package dev.flops.bench.task;

import dev.flops.api.LabelledExamples;
import dev.flops.bench.task.DataConfig.DataChoice;
import dev.flops.models.data.ExampleSubset;
import dev.flops.models.data.FashionMnist;
import dev.flops.models.data.ShiftedImages;
import dev.flops.models.data.ShiftedImages.Shift;
import dev.flops.models.data.UciDigits;
import java.io.IOException;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The examples of a task.
 *
 * @param train what is learned from
 * @param probe held out from training to watch it; empty for none
 * @param test looked at once, at the end
 * @param normalization how bytes became features, for reports
 */
public record TaskData(LabelledExamples train, Optional<LabelledExamples> probe, LabelledExamples test, String normalization) {
    private static final int TRAINING_PER_PROBE = 10;

    /**
     * Reads the data of a task.
     *
     * @param config which data
     * @return the examples
     * @throws IOException if a file is missing or cannot be read
     * @throws dev.flops.models.data.InvalidDataException if the content of a file is invalid
     */
    public static TaskData load(DataConfig config) throws IOException {
        String normalization = "(pixel/255 - " + FashionMnist.NORMALIZATION.mean() + ") / "
                + FashionMnist.NORMALIZATION.standardDeviation();
        LabelledExamples train;
        LabelledExamples test;
        if (config.set() == DataChoice.DIGITS) {
            train = UciDigits.train();
            test = UciDigits.test();
        } else if (config.directory().isPresent()) {
            FashionMnist files = FashionMnist.fromDirectory(config.directory().get());
            train = shifted(files.train(), config.set());
            test = shifted(files.test(), config.set());
        } else {
            train = shifted(FashionMnist.embeddedTrain(), config.set());
            test = shifted(FashionMnist.embeddedTest(), config.set());
        }
        return split(train, test, config.probeExamples(), normalization);
    }

    private static LabelledExamples shifted(LabelledExamples images, DataChoice set) {
        return switch (set) {
            case FASHION_MNIST, DIGITS -> images;
            case FASHION_MNIST_ROTATED -> ShiftedImages.of(images, Shift.ROTATED, FashionMnist.NORMALIZATION);
            case FASHION_MNIST_INVERTED -> ShiftedImages.of(images, Shift.INVERTED, FashionMnist.NORMALIZATION);
        };
    }

    /** Holds out the last examples of each class, probeExamples in all, but no more than a tenth of small sets. */
    static TaskData split(LabelledExamples all, LabelledExamples test, int probeExamples, String normalization) {
        int perClass = Math.min(probeExamples, all.size() / TRAINING_PER_PROBE) / all.classes();
        int[] remaining = classCounts(all);
        boolean[] heldOut = new boolean[all.size()];
        for (int i = 0; i < heldOut.length; i++) {
            heldOut[i] = remaining[all.label(i)]-- <= perClass;
        }
        int[] probe = IntStream.range(0, heldOut.length).filter(i -> heldOut[i]).toArray();
        int[] train =
                IntStream.range(0, heldOut.length).filter(i -> !heldOut[i]).toArray();
        return new TaskData(
                ExampleSubset.of(all, train),
                probe.length == 0 ? Optional.empty() : Optional.of(ExampleSubset.of(all, probe)),
                test,
                normalization);
    }

    /** Number of examples of each class. */
    static int[] classCounts(LabelledExamples examples) {
        int[] counts = new int[examples.classes()];
        for (int i = 0; i < examples.size(); i++) {
            counts[examples.label(i)]++;
        }
        return counts;
    }
}
