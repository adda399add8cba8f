package dev.flops.bench.task;

import dev.flops.api.LabelledExamples;
import dev.flops.api.RandomKey;
import dev.flops.bench.task.DataConfig.DataChoice;
import dev.flops.models.data.Cifar;
import dev.flops.models.data.Cifar.Labels;
import dev.flops.models.data.ClassSplit;
import dev.flops.models.data.IdxArray;
import dev.flops.models.data.IdxDataset;
import dev.flops.models.data.IdxReader;
import dev.flops.models.data.Normalization;
import dev.flops.models.data.NpyDataset;
import dev.flops.models.data.StoredExamples;
import dev.flops.models.data.image.ImageFolder;
import dev.flops.models.data.image.ImageShape;
import dev.flops.models.data.image.ImageTransform;
import dev.flops.models.data.image.TransformedImages;
import dev.flops.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Reads a user's examples in a folder: brought to the shape of a network's images and kept in memory, normalised by mean and
 * deviation of the training images. Where there is no part for testing, every fifth example of each class is held out for it.
 */
final class OwnData {
    private static final int TEST_SHARE = 5;
    private static final List<Normalization> PLAIN = List.of(Normalization.none());
    /** No transform here draws. */
    private static final RandomKey UNUSED = RandomKey.ofSeed(0);

    private OwnData() {}

    /** Both parts as they lie in the folder, features p/255 or as they are; the test part empty if there is none. */
    private record Parts(LabelledExamples train, List<LabelledExamples> test) {}

    /**
     * Reads a folder.
     *
     * @param set the format
     * @param folder the folder
     * @param input shape of the network's examples: images
     * @throws UsageException if the examples are not what the network can take
     * @throws IOException if a file is missing or cannot be read
     */
    static ReadData read(DataChoice set, Path folder, Shape input) throws IOException {
        ImageShape shape = ImageShape.of(input.toArray());
        Parts parts = parts(set, folder, shape);
        LabelledExamples train = parts.train();
        LabelledExamples test;
        try {
            if (parts.test().isEmpty()) {
                test = ClassSplit.everyNth(train, TEST_SHARE);
                train = ClassSplit.allButEveryNth(train, TEST_SHARE);
            } else {
                test = parts.test().getFirst();
            }
            train = StoredExamples.copyOf(resized(train, shape));
            test = StoredExamples.copyOf(resized(test, shape));
        } catch (IllegalArgumentException e) {
            throw new UsageException("data in " + folder + ": " + e.getMessage(), e);
        }
        if (test.classes() > train.classes()) {
            throw new UsageException(
                    "data in " + folder + ": classes to test = " + test.classes() + ", expected at most "
                            + train.classes() + ", those to learn from",
                    null);
        }
        List<Normalization> channels = moments(train, shape.channels(), folder);
        return new ReadData(normalized(train, channels), normalized(test, channels), described(shape, channels));
    }

    private static Parts parts(DataChoice set, Path folder, ImageShape shape) throws IOException {
        return switch (set) {
            case IDX -> idx(folder);
            case CIFAR10 -> cifar(folder, Labels.CIFAR_10);
            case CIFAR100 -> cifar(folder, Labels.CIFAR_100_FINE);
            case NPY -> npy(folder);
            case FOLDER -> pictures(folder, shape);
            case FASHION_MNIST, FASHION_MNIST_ROTATED, FASHION_MNIST_INVERTED, DIGITS ->
                throw new IllegalArgumentException("set = " + set + ", expected a format");
        };
    }

    private static Parts idx(Path folder) throws IOException {
        IdxArray labels = IdxReader.read(folder, "train-labels-idx1-ubyte");
        int classes = 2;
        for (int i = 0; i < labels.length(); i++) {
            classes = Math.max(classes, labels.get(i) + 1);
        }
        LabelledExamples train =
                IdxDataset.of(IdxReader.read(folder, "train-images-idx3-ubyte"), labels, classes, Normalization.none());
        String test = "t10k-images-idx3-ubyte";
        if (!Files.exists(folder.resolve(test)) && !Files.exists(folder.resolve(test + ".gz"))) {
            return new Parts(train, List.of());
        }
        return new Parts(
                train,
                List.of(IdxDataset.of(
                        IdxReader.read(folder, test),
                        IdxReader.read(folder, "t10k-labels-idx1-ubyte"),
                        classes,
                        Normalization.none())));
    }

    private static Parts cifar(Path folder, Labels kind) throws IOException {
        return new Parts(Cifar.train(folder, kind, PLAIN), List.of(Cifar.test(folder, kind, PLAIN)));
    }

    private static Parts npy(Path folder) throws IOException {
        LabelledExamples train =
                NpyDataset.read(folder.resolve("train-images.npy"), folder.resolve("train-labels.npy"), PLAIN);
        Path test = folder.resolve("test-images.npy");
        return new Parts(
                train,
                Files.exists(test)
                        ? List.of(NpyDataset.read(test, folder.resolve("test-labels.npy"), PLAIN))
                        : List.of());
    }

    private static Parts pictures(Path folder, ImageShape shape) throws IOException {
        Path test = folder.resolve("test");
        if (!Files.isDirectory(folder.resolve("train")) || !Files.isDirectory(test)) {
            return new Parts(ImageFolder.list(folder).examples(shape, PLAIN), List.of());
        }
        ImageFolder first = ImageFolder.list(folder.resolve("train"));
        ImageFolder second = ImageFolder.list(test);
        if (!first.classNames().equals(second.classNames())) {
            throw new UsageException(
                    "classes in " + test + " = " + second.classNames() + ", expected those of train, "
                            + first.classNames(),
                    null);
        }
        return new Parts(first.examples(shape, PLAIN), List.of(second.examples(shape, PLAIN)));
    }

    private static LabelledExamples resized(LabelledExamples examples, ImageShape shape) {
        if (Arrays.equals(examples.exampleShape(), new int[] {shape.height(), shape.width(), shape.channels()})) {
            return examples;
        }
        return TransformedImages.of(
                examples,
                List.of(
                        new ImageTransform.Channels(shape.channels()),
                        new ImageTransform.Resize(shape.height(), shape.width(), true)),
                UNUSED,
                0);
    }

    private static LabelledExamples normalized(LabelledExamples examples, List<Normalization> channels) {
        return StoredExamples.copyOf(
                TransformedImages.of(examples, List.of(new ImageTransform.Normalize(channels)), UNUSED, 0));
    }

    /** Mean and deviation of each channel, rounded to float so that the report can state them. */
    private static List<Normalization> moments(LabelledExamples examples, int channels, Path folder) {
        double[] sum = new double[channels];
        double[] squares = new double[channels];
        float[] image = new float[examples.exampleLength()];
        for (int i = 0; i < examples.size(); i++) {
            examples.readInto(i, image, 0);
            for (int j = 0; j < image.length; j++) {
                sum[j % channels] += image[j];
                squares[j % channels] += (double) image[j] * image[j];
            }
        }
        double count = (double) examples.size() * image.length / channels;
        List<Normalization> moments = new ArrayList<>();
        for (int c = 0; c < channels; c++) {
            double mean = sum[c] / count;
            float deviation = (float) StrictMath.sqrt(Math.max(0, squares[c] / count - mean * mean));
            if (!(deviation > 0) || !Float.isFinite(deviation)) {
                throw new UsageException(
                        "data in " + folder + ": standard deviation of channel " + c + " = " + deviation
                                + ", expected > 0 and finite",
                        null);
            }
            moments.add(new Normalization((float) mean, deviation));
        }
        return moments;
    }

    private static String described(ImageShape shape, List<Normalization> channels) {
        return channels.stream()
                .map(of -> "(value - " + (float) of.mean() + ") / " + (float) of.standardDeviation())
                .collect(Collectors.joining(
                        ", ",
                        "of " + shape.height() + " x " + shape.width() + " x " + shape.channels() + ", ",
                        " of the training images"));
    }
}
