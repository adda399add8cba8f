package dev.flops.models.data;

import dev.flops.api.LabelledExamples;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Labelled examples from two NPY files: features of N examples, and N labels, which are integers in [0, classes).
 *
 * <p>Unsigned bytes are images (N, height, width) or (N, height, width, channels) and are normalised; numbers of other types
 * are taken as they are, rounded to float, and may also have the shape (N, features). An example of (N, height, width) has
 * the shape (height, width, 1).
 */
public final class NpyDataset {
    private static final int VECTORS = 2;
    private static final int GREY_IMAGES = 3;
    private static final int IMAGES = 4;

    private NpyDataset() {}

    /**
     * Joins features and labels.
     *
     * @param features array (N, features), (N, height, width) or (N, height, width, channels)
     * @param labels array (N) of integers from 0 on
     * @param normalizations how bytes become features: one for all channels, or one for each; of no effect on other types
     * @return the data set; it has one class more than the largest label says, at least 2
     * @throws InvalidDataException if the arrays have other ranks or types, N differs between them, a label is out of range or
     *     a feature is not finite
     */
    public static LabelledExamples of(NpyArray features, NpyArray labels, List<Normalization> normalizations) {
        int[] shape = features.shape();
        boolean images = shape.length == GREY_IMAGES || shape.length == IMAGES;
        if (!images && (shape.length != VECTORS || features.type() == NpyType.U1)) {
            throw new InvalidDataException(
                    features.source(),
                    0,
                    "features of type " + features.type() + " and shape " + Arrays.toString(shape),
                    "(N, height, width) or (N, height, width, channels), or (N, features) of a type other than U1");
        }
        int[] numbers = labels(labels, shape[0], features.source());
        int classes = Math.max(2, Arrays.stream(numbers).max().orElseThrow() + 1);
        int[] exampleShape = shape.length == GREY_IMAGES
                ? new int[] {shape[1], shape[2], 1}
                : Arrays.copyOfRange(shape, 1, shape.length);
        if (features.type() == NpyType.U1) {
            return new ImageDataset(features.bytes(), numbers, exampleShape, classes, normalizations);
        }
        return new StoredExamples(floats(features), numbers, exampleShape, classes);
    }

    /**
     * Reads and joins two files.
     *
     * @param features file of the features, plain or gzip
     * @param labels file of the labels, plain or gzip
     * @param normalizations how bytes become features, see {@link #of}
     * @return the data set
     * @throws InvalidDataException if a file's content is invalid or the two do not belong together, see {@link #of}
     * @throws IOException if a file cannot be read
     */
    public static LabelledExamples read(Path features, Path labels, List<Normalization> normalizations)
            throws IOException {
        return of(NpyReader.read(features), NpyReader.read(labels), normalizations);
    }

    private static int[] labels(NpyArray labels, int examples, String features) {
        if (labels.rank() != 1 || !labels.type().isInteger()) {
            throw new InvalidDataException(
                    labels.source(),
                    0,
                    "labels of type " + labels.type() + " and shape " + Arrays.toString(labels.shape()),
                    "(N) of integers");
        }
        if (labels.length() != examples) {
            throw new InvalidDataException(
                    labels.source(),
                    0,
                    "number of labels = " + labels.length(),
                    examples + ", the number of examples in " + features);
        }
        int[] numbers = new int[examples];
        for (int i = 0; i < examples; i++) {
            long label = labels.getLong(i);
            if (label < 0 || label >= ImageDataset.MAX_CLASSES) {
                throw new InvalidDataException(
                        labels.source(),
                        labels.offsetOf(i),
                        "label of example " + i + " = " + label,
                        "0 <= label < " + ImageDataset.MAX_CLASSES);
            }
            numbers[i] = (int) label;
        }
        return numbers;
    }

    private static float[][] floats(NpyArray features) {
        int examples = features.shape()[0];
        int length = features.length() / examples;
        float[][] values = new float[examples][length];
        for (int i = 0; i < features.length(); i++) {
            float value = (float) features.getDouble(i);
            if (!Float.isFinite(value)) {
                throw new InvalidDataException(
                        features.source(),
                        features.offsetOf(i),
                        "feature " + i % length + " of example " + i / length + " = " + value,
                        "a finite number in the range of float");
            }
            values[i / length][i % length] = value;
        }
        return values;
    }
}
